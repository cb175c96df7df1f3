/**
 * Work that no request waits for, in Spring's schedulers and executors: a scheduled task opens a scope of its own, and a task given to
 * an executor goes on in the scope of whoever gave it.
 */
@NullMarked
package io.meridian.deadline.scheduling;

import org.jspecify.annotations.NullMarked;
