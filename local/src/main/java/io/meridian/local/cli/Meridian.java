package io.meridian.local.cli;

import io.meridian.local.platform.PlatformFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The command behind the {@code meridian} script, which finds the JDK, builds, and shows the help pages. The script tells it
 * where the repository is ({@code MERIDIAN_ROOT}) and which of its outputs are terminals ({@code MERIDIAN_TTY}).
 */
@Command(
        name = "meridian",
        subcommands = {
            UpCommand.class,
            OrderCommand.class,
            LoadCommand.class,
            StatusCommand.class,
            BreakCommand.class,
            HealCommand.class,
            VerifyCommand.class,
            UnfinishedCommand.class,
            LogsCommand.class,
            DeadLettersCommand.class,
            DoctorCommand.class,
            DownCommand.class
        })
public final class Meridian {

    private Meridian() {}

    public static void main(String[] arguments) {
        // Kafka's client logs; what a person should know of it the command itself says.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "io/meridian/local/cli/quiet-logback.xml");
        }
        System.exit(run(List.of(arguments), System.getenv()));
    }

    static int run(List<String> arguments, Map<String, String> environment) {
        var terminal = Terminal.ofProcess(arguments.contains("--json"), environment);
        return commandLine(terminal, environment).execute(arguments.toArray(String[]::new));
    }

    static CommandLine commandLine(Terminal terminal, Map<String, String> environment) {
        var commands = new CommandLine(new Meridian(), new Commands(terminal, environment));
        commands.setParameterExceptionHandler((e, _) -> usage(e, terminal));
        commands.setExecutionExceptionHandler((e, _, _) -> failed(e, terminal));
        return commands;
    }

    /** Gives each command what it needs of the process it runs in. */
    private record Commands(Terminal terminal, Map<String, String> environment) implements CommandLine.IFactory {

        private static final Map<Class<?>, Function<HomeOptions, Object>> COMMANDS = Map.ofEntries(
                Map.entry(UpCommand.class, UpCommand::new),
                Map.entry(OrderCommand.class, OrderCommand::new),
                Map.entry(LoadCommand.class, LoadCommand::new),
                Map.entry(StatusCommand.class, StatusCommand::new),
                Map.entry(BreakCommand.class, BreakCommand::new),
                Map.entry(HealCommand.class, HealCommand::new),
                Map.entry(VerifyCommand.class, VerifyCommand::new),
                Map.entry(UnfinishedCommand.class, UnfinishedCommand::new),
                Map.entry(LogsCommand.class, LogsCommand::new),
                Map.entry(DeadLettersCommand.class, DeadLettersCommand::new),
                Map.entry(DoctorCommand.class, DoctorCommand::new),
                Map.entry(DownCommand.class, DownCommand::new));

        @Override
        public <K> K create(Class<K> type) throws Exception {
            var command = COMMANDS.get(type);
            return command == null
                    ? CommandLine.defaultFactory().create(type)
                    : type.cast(command.apply(new HomeOptions(terminal, environment)));
        }
    }

    private static int usage(ParameterException e, Terminal terminal) {
        var command = e.getCommandLine().getCommandName();
        terminal.say(terminal.red("meridian: ") + e.getMessage());
        var suggestions = new StringWriter();
        CommandLine.UnmatchedArgumentException.printSuggestions(e, new PrintWriter(suggestions, true));
        suggestions.toString().lines().forEach(terminal::say);
        terminal.say("Try `./meridian help" + (command.equals("meridian") ? "" : " " + command) + "`.");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, Terminal terminal) {
        terminal.sayForNow("");
        if (e instanceof PlatformFailure failure) {
            terminal.say(terminal.red("meridian: ") + failure.getMessage());
            failure.details().forEach(it -> terminal.say("    " + it));
            return ExitCode.of(failure);
        }
        terminal.say(terminal.red("meridian: ") + "this should not have happened: " + e);
        for (var frame : e.getStackTrace()) {
            terminal.say("    at " + frame);
        }
        return ExitCode.FAILED;
    }
}
