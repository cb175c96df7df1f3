@NullMarked
package io.grpc;

import org.jspecify.annotations.NullMarked;
