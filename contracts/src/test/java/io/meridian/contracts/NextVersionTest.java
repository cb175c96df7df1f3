package io.meridian.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.order.v1.OrderConfirmed;
import io.meridian.contracts.order.v1.OrderEvent;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Two releases that are out at once read each other's events. The later one is made here, out of the contract as it is, by the only changes
 * the contract allows: a field more, and a fact more.
 */
class NextVersionTest {

    private final Descriptor later = later();

    private final OrderEvent confirmed = OrderEvent.newBuilder()
            .setOrderId("o-1")
            .setOrderConfirmed(OrderConfirmed.newBuilder()
                    .setCustomerId("c-1")
                    .setTotal(Money.newBuilder().setAmount(4_998).setCurrency("EUR")))
            .build();

    @Test
    void thisReleaseReadsWhatTheNextOneSaysAndKeepsWhatItDoesNotKnow() throws InvalidProtocolBufferException {
        var said = DynamicMessage.parseFrom(later, confirmed.toByteArray()).toBuilder()
                .setField(later.findFieldByName("channel"), "app")
                .build();

        var read = OrderEvent.parseFrom(said.toByteArray());

        assertThat(read.getFactCase()).isEqualTo(OrderEvent.FactCase.ORDER_CONFIRMED);
        assertThat(read.getOrderConfirmed()).isEqualTo(confirmed.getOrderConfirmed());
        var passedOn = DynamicMessage.parseFrom(later, read.toByteArray());
        assertThat(passedOn.getField(later.findFieldByName("channel"))).isEqualTo("app");
    }

    @Test
    void theNextReleaseReadsWhatThisOneSaid() throws InvalidProtocolBufferException {
        var read = DynamicMessage.parseFrom(later, confirmed.toByteArray());

        assertThat(read.getField(later.findFieldByName("order_id"))).isEqualTo("o-1");
        assertThat(read.hasField(later.findFieldByName("order_confirmed"))).isTrue();
        assertThat(read.getField(later.findFieldByName("channel"))).isEqualTo("");
        assertThat(OrderEvent.parseFrom(read.toByteArray())).isEqualTo(confirmed);
    }

    /** Which listeners put aside, see {@code UnreadableEventException.unknownType}: it is kept, not lost. */
    @Test
    void factOfTheNextReleaseIsNoneOfThisOnesAndSurvivesBeingRead() throws InvalidProtocolBufferException {
        var said = DynamicMessage.newBuilder(later)
                .setField(later.findFieldByName("order_id"), "o-1")
                .setField(later.findFieldByName("order_shipped"), "tomorrow")
                .build();

        var read = OrderEvent.parseFrom(said.toByteArray());

        assertThat(read.getFactCase()).isEqualTo(OrderEvent.FactCase.FACT_NOT_SET);
        assertThat(read.toByteArray()).isEqualTo(said.toByteArray());
    }

    private static Descriptor later() {
        var file = OrderEvent.getDescriptor().getFile();
        var proto = file.toProto().toBuilder();
        int index = OrderEvent.getDescriptor().getIndex();
        proto.setMessageType(index, withMore(proto.getMessageType(index)));
        try {
            return FileDescriptor.buildFrom(
                            proto.build(), file.getDependencies().toArray(FileDescriptor[]::new))
                    .findMessageTypeByName("OrderEvent");
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DescriptorProto withMore(DescriptorProto event) {
        int fact = IntStream.range(0, event.getOneofDeclCount())
                .filter(it -> event.getOneofDecl(it).getName().equals("fact"))
                .findFirst()
                .orElseThrow();
        return event.toBuilder()
                .addField(text("channel", 98))
                .addField(text("order_shipped", 99).toBuilder().setOneofIndex(fact))
                .build();
    }

    private static FieldDescriptorProto text(String name, int number) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(Type.TYPE_STRING)
                .setLabel(Label.LABEL_OPTIONAL)
                .build();
    }
}
