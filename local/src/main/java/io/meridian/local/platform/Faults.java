package io.meridian.local.platform;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what an exception means to the person at the terminal. */
final class Faults {

    private Faults() {}

    static String reason(Throwable fault) {
        return switch (fault) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException e -> "no such file: " + e.getFile();
            case FileSystemException e when e.getReason() != null -> lowerFirst(e.getReason());
            default -> {
                var message = fault.getMessage();
                yield message == null || message.isBlank()
                        ? fault.getClass().getSimpleName()
                        : lowerFirst(message.lines().findFirst().orElse(message));
            }
        };
    }

    private static String lowerFirst(String text) {
        return text.length() > 1 && Character.isUpperCase(text.charAt(1))
                ? text
                : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
