package io.meridian.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.TextFormat;
import io.meridian.contracts.common.v1.MoneyOuterClass;
import io.meridian.contracts.inventory.v1.Inventory;
import io.meridian.contracts.order.v1.OrderOuterClass;
import io.meridian.contracts.payment.v1.PaymentOuterClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The current contract against the released one in {@code released.txtpb}.
 *
 * <p>To release an addition, run {@code mvn -pl contracts test -Dcontracts.release=true} and commit the file with it.
 */
class ContractCompatibilityTest {

    private static final Path RELEASED = Path.of("src/test/resources/released.txtpb");

    @BeforeAll
    static void releasesAdditionsWhenAsked() throws IOException {
        if (Boolean.getBoolean("contracts.release")) {
            assertThat(Files.exists(RELEASED) ? BreakingChanges.between(released(), current()) : List.of())
                    .isEmpty();
            Files.writeString(RELEASED, TextFormat.printer().printToString(current()));
        }
    }

    @Test
    void currentContractReadsEverythingTheReleasedOneWrote() throws IOException {
        assertThat(BreakingChanges.between(released(), current())).isEmpty();
    }

    @Test
    void additionsBreakNothing() throws IOException {
        var grown = released().toBuilder();
        var file = grown.getFileBuilder(index("order/v1/order.proto"));
        file.getMessageTypeBuilder(0).addFieldBuilder().setName("new_field").setNumber(900).setType(Type.TYPE_STRING);
        file.addMessageTypeBuilder().setName("Added");

        assertThat(BreakingChanges.between(released(), grown.build())).isEmpty();
    }

    @Test
    void changedTypeIsBreaking() throws IOException {
        assertThat(afterChange(money -> money.getMessageTypeBuilder(0)
                        .getFieldBuilder(0)
                        .setType(Type.TYPE_STRING)))
                .singleElement()
                .asString()
                .contains("common.v1.Money.amount = 1", "changed its type from TYPE_INT64 to TYPE_STRING");
    }

    @Test
    void reusedNumberIsBreaking() throws IOException {
        assertThat(afterChange(money ->
                        money.getMessageTypeBuilder(0).getFieldBuilder(1).setName("country")))
                .singleElement()
                .asString()
                .contains("common.v1.Money.currency = 2", "number reused: country");
    }

    @Test
    void removalWithoutReservingIsBreakingAndWithReservingIsNot() throws IOException {
        assertThat(afterChange(money -> money.getMessageTypeBuilder(0).removeField(1)))
                .singleElement()
                .asString()
                .contains("removed without reserving its number");
        assertThat(afterChange(money -> money.getMessageTypeBuilder(0)
                        .removeField(1)
                        .addReservedRangeBuilder()
                        .setStart(2)
                        .setEnd(3)))
                .isEmpty();
    }

    @Test
    void removedMethodAndRemovedMessageAreBreaking() throws IOException {
        var shrunk = released().toBuilder();
        var file = shrunk.getFileBuilder(index("inventory/v1/inventory.proto"));
        file.getServiceBuilder(0).removeMethod(0);
        file.removeMessageType(0);

        assertThat(BreakingChanges.between(released(), shrunk.build()))
                .containsExactlyInAnyOrder(
                        "method inventory.v1.InventoryService/Hold was removed", "message inventory.v1.Line was removed");
    }

    private static List<String> afterChange(
            Consumer<com.google.protobuf.DescriptorProtos.FileDescriptorProto.Builder> change) throws IOException {
        var changed = released().toBuilder();
        change.accept(changed.getFileBuilder(index("common/v1/money.proto")));
        return BreakingChanges.between(released(), changed.build());
    }

    private static int index(String file) throws IOException {
        var files = released().getFileList();
        for (int i = 0; i < files.size(); i++) {
            if (files.get(i).getName().equals(file)) {
                return i;
            }
        }
        throw new AssertionError(file + " is not in " + RELEASED);
    }

    private static FileDescriptorSet released() throws IOException {
        return TextFormat.parse(Files.readString(RELEASED), FileDescriptorSet.class);
    }

    private static FileDescriptorSet current() {
        return Stream.of(
                        MoneyOuterClass.getDescriptor(),
                        Inventory.getDescriptor(),
                        io.meridian.contracts.inventory.v1.Events.getDescriptor(),
                        PaymentOuterClass.getDescriptor(),
                        io.meridian.contracts.payment.v1.Events.getDescriptor(),
                        OrderOuterClass.getDescriptor(),
                        io.meridian.contracts.order.v1.Events.getDescriptor())
                .map(FileDescriptor::toProto)
                .collect(FileDescriptorSet::newBuilder, FileDescriptorSet.Builder::addFile, (_, _) -> {})
                .build();
    }
}
