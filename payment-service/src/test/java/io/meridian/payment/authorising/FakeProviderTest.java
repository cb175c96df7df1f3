package io.meridian.payment.authorising;

import io.meridian.payment.model.Operation;

class FakeProviderTest extends ProviderContract {

    private final FakeProvider provider = new FakeProvider();

    @Override
    protected Provider provider() {
        return provider;
    }

    @Override
    protected long moved(Operation operation) {
        return provider.count(operation);
    }
}
