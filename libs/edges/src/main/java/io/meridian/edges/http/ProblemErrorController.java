package io.meridian.edges.http;

import io.meridian.edges.Refusal;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Renders what the server refuses by a bare status after a request has reached it; asked for directly, it is nothing. */
@Controller
public final class ProblemErrorController implements ErrorController {

    private final Refusals refusals;

    public ProblemErrorController(Refusals refusals) {
        this.refusals = refusals;
    }

    @RequestMapping("${spring.web.error.path:${error.path:/error}}")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var refusal = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown
                ? refusals.of(thrown, request)
                : Refusal.ofStatus(
                        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
                                ? status
                                : 404,
                        null);
        refusals.write(refusal, request, response);
    }
}
