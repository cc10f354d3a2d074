package io.pgprimacy.worker.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a server sends, message by message ("Message Formats" in PostgreSQL's manual): a type, a length, and the content. */
final class Messages {
    static final char ROW_DESCRIPTION = 'T';
    static final char ROW = 'D';
    static final char COMPLETE = 'C';
    static final char COPY_OUT = 'H';
    static final char COPY_DATA = 'd';
    static final char COPY_DONE = 'c';
    static final char ERROR = 'E';
    static final char NOTICE = 'N';
    static final char PARAMETER = 'S';
    static final char READY = 'Z';

    /** Of what is taken whole. */
    private static final int LONGEST = 16 * 1024 * 1024;

    private final DataInputStream in;
    private int left;

    Messages(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** Returns the type of the next one; what is left of the one before is passed over. */
    char next() throws IOException {
        in.skipNBytes(left);
        left = 0;
        int type = in.read();
        if (type < 0) {
            throw new EOFException("PostgreSQL has ended the connection");
        }
        int length = in.readInt() - Integer.BYTES;
        if (length < 0) {
            throw new IOException("PostgreSQL sent a message of " + length + " bytes");
        }
        left = length;
        return (char) type;
    }

    /** Bytes of this message that were not read yet. */
    int left() {
        return left;
    }

    /** Returns as many as there are, up to {@code length}; never past this message. */
    int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, Math.min(length, left));
        if (read < 0) {
            throw new EOFException("PostgreSQL has ended the connection");
        }
        left -= read;
        return read;
    }

    byte[] rest() throws IOException {
        if (left > LONGEST) {
            throw new IOException("PostgreSQL sent a message of " + left + " bytes");
        }
        byte[] rest = new byte[left];
        in.readFully(rest);
        left = 0;
        return rest;
    }

    /** A row, column by column; empty text where it is null. */
    List<String> row() throws IOException {
        ByteBuffer row = ByteBuffer.wrap(rest());
        List<String> columns = new ArrayList<>();
        for (int count = row.getShort(); count > 0; count--) {
            byte[] column = new byte[Math.max(0, row.getInt())];
            row.get(column);
            columns.add(new String(column, UTF_8));
        }
        return columns;
    }
}
