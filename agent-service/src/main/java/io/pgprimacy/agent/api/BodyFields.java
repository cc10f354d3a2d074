package io.pgprimacy.agent.api;

import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The body's fields. A key that is not known is refused: a misspelt candidate would be anybody. */
record BodyFields(JsonNode body, Set<String> known) {
    BodyFields {
        body.propertyNames().forEach(name -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is not known here");
            }
        });
    }

    Optional<String> text(String name) {
        JsonNode value = body.path(name);
        if (value.isMissingNode()
                || value.isNull()
                || (value.isString() && value.stringValue().isBlank())) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new IllegalArgumentException(name + " must be text");
        }
        return Optional.of(value.stringValue().strip());
    }

    boolean flag(String name) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(name + " must be true or false");
        }
        return value.booleanValue();
    }
}
