package io.pgprimacy.cli;

/** Nothing that changes something happens without a reason, nor without somebody's yes. */
final class Confirmation {
    private Confirmation() {}

    static void requireReason(String reason) {
        if (reason.isBlank()) {
            throw new CliFailure(ExitCode.USAGE, "the reason is empty", "say why: --reason 'kernel update on pg1'");
        }
    }

    static void ask(App app, boolean yes, String question) {
        if (yes) {
            return;
        }
        if (!app.interactive()) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "nobody is there to confirm this, and --yes was not given",
                    "add --yes to do it without being asked");
        }
        if (!app.confirm(question)) {
            throw new CliFailure(ExitCode.FAILED, "not confirmed, nothing was done", "");
        }
    }
}
