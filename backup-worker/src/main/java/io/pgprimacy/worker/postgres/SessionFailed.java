package io.pgprimacy.worker.postgres;

import java.io.IOException;
import java.sql.SQLException;

/** PostgreSQL refused, or the session is gone; either way this backup has come to nothing. */
public final class SessionFailed extends IOException {
    SessionFailed(SQLException cause) {
        super("PostgreSQL: " + cause.getMessage(), cause);
    }
}
