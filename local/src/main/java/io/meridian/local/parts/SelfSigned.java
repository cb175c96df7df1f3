package io.meridian.local.parts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate for a server on this machine, made once by the JDK's {@code keytool} and kept in a directory. It is good for
 * {@code 127.0.0.1} and {@code localhost}, and whoever trusts it trusts nothing else by it.
 */
final class SelfSigned {

    private static final String ALIAS = "server";

    /** Protects nothing: the key lies beside it, and only its owner can read either. */
    private static final String PASSWORD = "meridian";

    private static final String DAYS = "3650";
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;

    /** @param directory its own; nothing is made yet */
    SelfSigned(Path directory) {
        this.directory = directory;
    }

    boolean exists() {
        return Files.isRegularFile(certificate());
    }

    /** In PEM: what the server shows and its clients trust. */
    Path certificate() {
        return directory.resolve("server.crt");
    }

    /** In PEM, for the server alone. */
    Path key() {
        return directory.resolve("server.key");
    }

    void forget() {
        Disk.delete(directory);
    }

    /** Makes both unless they are there. */
    void make() {
        if (exists()) {
            return;
        }
        Disk.prepare(directory);
        var store = directory.resolve("server.p12");
        try {
            Files.deleteIfExists(store);
            generate(store);
            var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Files.deleteIfExists(key());
            Files.createFile(key(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key(), pem("PRIVATE KEY", keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
            var fresh = directory.resolve("server.crt.new");
            Files.writeString(fresh, pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            // Last: where there is a certificate, there is all of it.
            Files.move(fresh, certificate(), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(store);
        } catch (IOException | GeneralSecurityException e) {
            throw new PartException("Cannot make a certificate in %s: %s".formatted(directory, e), e);
        }
    }

    /** Makes connections to whoever has the key, and to nobody else. */
    SSLSocketFactory clients() throws IOException {
        try (var certificate = Files.newInputStream(certificate())) {
            var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    ALIAS, CertificateFactory.getInstance("X.509").generateCertificate(certificate));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("No connection can trust " + certificate(), e);
        }
    }

    private static void generate(Path store) throws IOException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process = new ProcessBuilder(List.of(
                        keytool, "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1",
                        "-validity", DAYS, "-dname", "CN=meridian", "-ext", "san=ip:127.0.0.1,dns:localhost",
                        "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD))
                .redirectErrorStream(true)
                .start();
        try {
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(keytool + " made none: " + said);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a certificate was made", e);
        }
    }

    private static String pem(String what, byte[] content) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, lines, what);
    }
}
