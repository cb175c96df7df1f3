package example.shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A service of somebody who has read the first page of the documentation and added one dependency. */
@SpringBootApplication
public class Shop {

    static void main(String[] arguments) {
        SpringApplication.run(Shop.class, arguments);
    }
}
