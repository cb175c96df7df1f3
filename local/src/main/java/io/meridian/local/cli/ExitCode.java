package io.meridian.local.cli;

import io.meridian.local.platform.PlatformFailure;

/** What the command's exit code means; also in {@code help/meridian.txt} and in the script. 130 is the shell's own for Ctrl-C. */
final class ExitCode {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int MISSING = 3;
    static final int BUSY = 4;

    private ExitCode() {}

    static int of(PlatformFailure failure) {
        return switch (failure.kind()) {
            case FAILED -> FAILED;
            case MISSING -> MISSING;
            case BUSY -> BUSY;
        };
    }
}
