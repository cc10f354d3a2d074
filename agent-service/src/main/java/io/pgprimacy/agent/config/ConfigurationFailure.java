package io.pgprimacy.agent.config;

/** The configuration is wrong; the message says where, the hint what to do. */
public final class ConfigurationFailure extends RuntimeException {
    private final String hint;

    public ConfigurationFailure(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() {
        return hint;
    }
}
