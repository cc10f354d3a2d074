package io.pgprimacy.storage.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** For requests that agents' tokens do not open: a database's host that was broken into must not be able to remove its backups. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface OperatorsOnly {}
