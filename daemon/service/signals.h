#pragma once

/*
 * The signals of a daemon: SIGTERM and SIGINT stop it, SIGHUP reads the configuration again. All come to
 * the loop, and to no thread.
 */

#include <systemd/sd-event.h>

/**
 * signals_block() - before any thread starts, so that every thread inherits it; SIGPIPE is ignored. Return:
 * 0 or negative errno.
 */
int signals_block(void);

/**
 * signals_watch() - have the loop call these for its life; the signals are blocked already. Return: 0 or
 * negative errno.
 */
int signals_watch(sd_event *loop, sd_event_signal_handler_t on_stop, sd_event_signal_handler_t on_reload,
                void *userdata);
