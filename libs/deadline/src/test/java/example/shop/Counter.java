package example.shop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

@RestController
class Counter {

    private final RestClient warehouse;

    Counter(RestClient.Builder clients, @Value("${shop.warehouse}") String warehouse) {
        this.warehouse = clients.baseUrl(warehouse).build();
    }

    @GetMapping("/greeting")
    String greeting() {
        return "good morning";
    }

    @GetMapping("/stock")
    String stock() {
        return warehouse.get().uri("/stock").retrieve().body(String.class);
    }

    @GetMapping("/nap")
    String nap() throws InterruptedException {
        Thread.sleep(120_000);
        return "well rested";
    }
}
