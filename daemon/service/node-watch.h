#pragma once

/*
 * Looks after the daemons that share the store (store/node.h): at regular intervals, and after a change
 * of the store, since a daemon that leaves says so by a change. Does nothing if the store allows one
 * daemon only.
 */

#include "store/node.h"

#include <systemd/sd-event.h>

typedef struct NodeWatch NodeWatch;

/**
 * node_watch_new() - start the watch
 * @node: borrowed
 * @on_news: called on the loop's thread after another daemon has ended, this one has expired and has joined
 *           again, or this one has taken a job
 */
int node_watch_new(sd_event *loop, Node *node, void (*on_news)(void *userdata), void *userdata,
                NodeWatch **ret);
NodeWatch *node_watch_free(NodeWatch *watch);

/** node_watch_look() - look now; @watch may be NULL */
void node_watch_look(NodeWatch *watch);
