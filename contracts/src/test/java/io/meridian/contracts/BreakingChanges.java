package io.meridian.contracts;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a peer or a stored event of the released contract could no longer read in the current one.
 *
 * <p>Names and numbers both count: numbers are the wire, names are JSON and generated code. A field or an enum value may go
 * only if its number is reserved, so that nobody gives it a new meaning. Additions never break.
 */
final class BreakingChanges {

    private final List<String> found = new ArrayList<>();

    private BreakingChanges() {}

    static List<String> between(FileDescriptorSet released, FileDescriptorSet current) {
        var changes = new BreakingChanges();
        var now = byName(current.getFileList(), FileDescriptorProto::getName);
        for (var before : released.getFileList()) {
            var after = now.get(before.getName());
            if (after == null) {
                changes.found.add("file " + before.getName() + " was removed");
            } else {
                changes.file(before, after);
            }
        }
        return changes.found;
    }

    private void file(FileDescriptorProto before, FileDescriptorProto after) {
        if (!before.getPackage().equals(after.getPackage())) {
            found.add("file %s moved from package %s to %s"
                    .formatted(before.getName(), before.getPackage(), after.getPackage()));
        }
        messages(before.getPackage(), before.getMessageTypeList(), after.getMessageTypeList());
        enums(before.getPackage(), before.getEnumTypeList(), after.getEnumTypeList());
        var services = byName(after.getServiceList(), ServiceDescriptorProto::getName);
        for (var service : before.getServiceList()) {
            var name = before.getPackage() + "." + service.getName();
            var kept = services.get(service.getName());
            if (kept == null) {
                found.add("service " + name + " was removed");
            } else {
                methods(name, service, kept);
            }
        }
    }

    private void messages(String scope, List<DescriptorProto> before, List<DescriptorProto> after) {
        var now = byName(after, DescriptorProto::getName);
        for (var message : before) {
            var name = scope + "." + message.getName();
            var kept = now.get(message.getName());
            if (kept == null) {
                found.add("message " + name + " was removed");
                continue;
            }
            fields(name, message, kept);
            messages(name, message.getNestedTypeList(), kept.getNestedTypeList());
            enums(name, message.getEnumTypeList(), kept.getEnumTypeList());
        }
    }

    private void fields(String scope, DescriptorProto before, DescriptorProto after) {
        var now = byName(after.getFieldList(), FieldDescriptorProto::getNumber);
        for (var field : before.getFieldList()) {
            var name = "field %s.%s = %d".formatted(scope, field.getName(), field.getNumber());
            var kept = now.get(field.getNumber());
            if (kept == null) {
                var reserved = after.getReservedRangeList().stream()
                        .anyMatch(it -> it.getStart() <= field.getNumber() && field.getNumber() < it.getEnd());
                if (!reserved) {
                    found.add(name + " was removed without reserving its number");
                }
            } else if (!kept.getName().equals(field.getName())) {
                found.add(name + " was renamed or its number reused: " + kept.getName());
            } else if (kept.getType() != field.getType() || !kept.getTypeName().equals(field.getTypeName())) {
                found.add("%s changed its type from %s to %s".formatted(name, type(field), type(kept)));
            } else if (kept.getLabel() != field.getLabel()) {
                found.add("%s changed from %s to %s".formatted(name, field.getLabel(), kept.getLabel()));
            } else if (field.hasOneofIndex() != kept.hasOneofIndex()) {
                found.add(name + " moved into or out of a oneof");
            }
        }
    }

    private void enums(String scope, List<EnumDescriptorProto> before, List<EnumDescriptorProto> after) {
        var now = byName(after, EnumDescriptorProto::getName);
        for (var type : before) {
            var kept = now.get(type.getName());
            if (kept == null) {
                found.add("enum %s.%s was removed".formatted(scope, type.getName()));
                continue;
            }
            var values = new HashSet<String>();
            kept.getValueList().forEach(it -> values.add(it.getName() + "=" + it.getNumber()));
            for (var value : type.getValueList()) {
                var reserved = kept.getReservedRangeList().stream()
                        .anyMatch(it -> it.getStart() <= value.getNumber() && value.getNumber() <= it.getEnd());
                if (!values.contains(value.getName() + "=" + value.getNumber()) && !reserved) {
                    found.add("enum value %s.%s.%s = %d was removed or changed without reserving its number"
                            .formatted(scope, type.getName(), value.getName(), value.getNumber()));
                }
            }
        }
    }

    private void methods(String scope, ServiceDescriptorProto before, ServiceDescriptorProto after) {
        var now = byName(after.getMethodList(), MethodDescriptorProto::getName);
        for (var method : before.getMethodList()) {
            var kept = now.get(method.getName());
            if (kept == null) {
                found.add("method %s/%s was removed".formatted(scope, method.getName()));
            } else if (!signature(method).equals(signature(kept))) {
                found.add("method %s/%s changed from %s to %s"
                        .formatted(scope, method.getName(), signature(method), signature(kept)));
            }
        }
    }

    private static String signature(MethodDescriptorProto method) {
        return (method.getClientStreaming() ? "stream " : "") + method.getInputType() + " -> "
                + (method.getServerStreaming() ? "stream " : "") + method.getOutputType();
    }

    private static String type(FieldDescriptorProto field) {
        return field.getTypeName().isEmpty() ? field.getType().name() : field.getTypeName();
    }

    private static <K, T> Map<K, T> byName(List<T> list, Function<T, K> key) {
        return list.stream().collect(Collectors.toMap(key, it -> it, (a, _) -> a, LinkedHashMap::new));
    }
}
