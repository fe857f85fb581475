#pragma once

/*
 * The signals of a daemon: SIGTERM and SIGINT stop it, SIGHUP reads the configuration again. Only the main
 * loop receives them.
 */

#include <systemd/sd-event.h>

/**
 * signals_block() - block these signals and ignore SIGPIPE. Call it before any thread is started, because
 * threads inherit the mask. Return: 0 or negative errno.
 */
int signals_block(void);

/**
 * signals_watch() - let the loop call these functions for the signals, which are already blocked. Return: 0
 * or negative errno.
 */
int signals_watch(sd_event *loop, sd_event_signal_handler_t on_stop, sd_event_signal_handler_t on_reload,
                void *userdata);
