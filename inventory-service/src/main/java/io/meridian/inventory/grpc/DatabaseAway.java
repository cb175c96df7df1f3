package io.meridian.inventory.grpc;

import static org.springframework.core.NestedExceptionUtils.getMostSpecificCause;

import io.grpc.Status;
import io.grpc.StatusException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.grpc.server.exception.GrpcExceptionHandler;
import org.springframework.stereotype.Component;

/** A database that does not answer is no fault of this service: UNAVAILABLE, which may be asked again, instead of INTERNAL. */
@Component
final class DatabaseAway implements GrpcExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(DatabaseAway.class);

    @Override
    public @Nullable StatusException handleException(Throwable thrown) {
        return switch (thrown) {
            case DataAccessResourceFailureException away -> unavailable(away);
            case TransientDataAccessException away -> unavailable(away);
            case RecoverableDataAccessException away -> unavailable(away);
            default -> null;
        };
    }

    private static StatusException unavailable(Exception away) {
        log.warn("a call was refused because the database does not answer: {}", getMostSpecificCause(away).toString());
        return Status.UNAVAILABLE
                .withDescription("the stock cannot be reached just now")
                .asException();
    }
}
