package io.pgprimacy.worker.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.Properties;
import javax.net.SocketFactory;
import org.postgresql.ssl.LibPQFactory;

/**
 * Gets hold of the socket beneath a connection that pgjdbc opens. pgjdbc knows how to log in, with TLS and by each kind of password, but cannot
 * take what {@code BASE_BACKUP} answers: it expects no rows before a COPY. So it opens the connection, and its socket is read here.
 */
public final class HeldSocket {
    /** pgjdbc makes factories by the names of their classes, and calls them on the thread that opens the connection. */
    private static final ThreadLocal<Socket> LAST = new ThreadLocal<>();

    private HeldSocket() {}

    /** For the connection to be opened next by this thread. */
    static void wanted(Properties properties) {
        LAST.remove();
        properties.setProperty("socketFactory", Plain.class.getName());
        properties.setProperty("sslfactory", Encrypted.class.getName());
    }

    /** Of the connection that this thread has opened last: the encrypted one where it is encrypted. */
    static Optional<Socket> take() {
        Optional<Socket> last = Optional.ofNullable(LAST.get());
        LAST.remove();
        return last;
    }

    /** Sockets as they are. */
    public static final class Plain extends SocketFactory {
        @Override
        public Socket createSocket() {
            return hold(new Socket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return hold(new Socket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return hold(new Socket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return hold(new Socket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return hold(new Socket(host, port, local, localPort));
        }
    }

    /** pgjdbc's own, which puts TLS over a socket that is connected. */
    public static final class Encrypted extends LibPQFactory {
        /** @param properties of the connection */
        public Encrypted(Properties properties) throws org.postgresql.util.PSQLException {
            super(properties);
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            return hold(super.createSocket(socket, host, port, autoClose));
        }
    }

    private static Socket hold(Socket socket) {
        LAST.set(socket);
        return socket;
    }
}
