package io.meridian.edges.http;

import io.meridian.edges.faults.FaultDesk;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The {@link FaultDesk} of a servlet container. */
public final class FaultServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private final transient FaultDesk desk;

    public FaultServlet(FaultDesk desk) {
        this.desk = desk;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var body = request.getInputStream().readNBytes(FaultDesk.MOST_BYTES + 1);
        var answer = desk.answer(request.getMethod(), request.getParameter("target"), body, request.getRequestURI());
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setContentLength(answer.body().length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(answer.body());
        }
    }
}
