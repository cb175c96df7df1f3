package io.meridian.local.parts;

class RedisIT extends PartContract {

    @Override
    Part part(PartSettings settings) {
        return new Redis(settings);
    }
}
