-- The money of each order, and the journal of what was asked of the provider for it.

CREATE TABLE payments (
    order_id           UUID PRIMARY KEY,
    -- AUTHORISING, CAPTURING, VOIDING and REFUNDING are intents whose outcome is not written yet; CLOSED is a void that came first.
    status             TEXT        NOT NULL CHECK (status IN
        ('CLOSED', 'AUTHORISING', 'UNKNOWN', 'AUTHORISED', 'DECLINED', 'FAILED',
         'CAPTURING', 'CAPTURED', 'VOIDING', 'VOIDED', 'REFUNDING', 'REFUNDED')),
    amount             BIGINT CHECK (amount > 0),
    currency           TEXT CHECK (currency ~ '^[A-Z]{3}$'),
    -- The provider's name for the card; never a card number, never in a log.
    token              TEXT,
    -- Somebody wants it undone before it is known what there is to undo.
    undo               BOOLEAN     NOT NULL DEFAULT FALSE,
    decline_reason     TEXT,
    provider_reference TEXT,
    expires_at         TIMESTAMPTZ,
    version            BIGINT      NOT NULL,
    attempts           INTEGER     NOT NULL DEFAULT 0,
    due_at             TIMESTAMPTZ,
    updated_at         TIMESTAMPTZ NOT NULL,
    CHECK ((status = 'CLOSED') = (amount IS NULL)),
    CHECK ((amount IS NULL) = (currency IS NULL) AND (amount IS NULL) = (token IS NULL)),
    CHECK ((status = 'DECLINED') = (decline_reason IS NOT NULL)),
    CHECK (status NOT IN ('AUTHORISED', 'CAPTURING', 'CAPTURED')
           OR (provider_reference IS NOT NULL AND expires_at IS NOT NULL)),
    CHECK (status NOT IN ('AUTHORISING', 'UNKNOWN', 'AUTHORISED', 'CAPTURING', 'VOIDING', 'REFUNDING')
           OR due_at IS NOT NULL)
);

CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;

-- Written before the provider is asked (intent) and after it answered (outcome).
CREATE TABLE payment_log (
    id                 BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id           UUID        NOT NULL REFERENCES payments,
    operation          TEXT        NOT NULL CHECK (operation IN ('AUTHORISE', 'CAPTURE', 'VOID', 'REFUND')),
    -- Follows from order and operation alone: whoever asks again asks under the same key.
    idempotency_key    TEXT        NOT NULL UNIQUE,
    intended_at        TIMESTAMPTZ NOT NULL,
    outcome            TEXT CHECK (outcome IN ('SUCCEEDED', 'DECLINED', 'GONE', 'FAILED', 'NEVER_ASKED')),
    provider_reference TEXT,
    decided_at         TIMESTAMPTZ,
    UNIQUE (order_id, operation, idempotency_key),
    CHECK ((outcome IS NULL) = (decided_at IS NULL))
);

-- At most one successful capture per order, whatever the code believes.
CREATE UNIQUE INDEX payment_log_one_capture ON payment_log (order_id)
    WHERE operation = 'CAPTURE' AND outcome = 'SUCCEEDED';
