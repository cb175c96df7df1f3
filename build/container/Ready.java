import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks one URL and exits 0 when it answers 200: a container's health check without a shell or curl. */
final class Ready {

    private static final int PATIENCE_MILLIS = 2_000;

    public static void main(String[] arguments) throws IOException {
        var connection = (HttpURLConnection) URI.create(arguments[0]).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        System.exit(connection.getResponseCode() == 200 ? 0 : 1);
    }
}
