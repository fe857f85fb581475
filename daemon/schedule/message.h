#pragma once

/* Scheduling messages (RFC 5546) that a change of a meeting leads to. Pure. */

#include "schedule/itip.h"

/** A message; all is borrowed from its source and from the arena of the change. */
typedef struct ScheduleMessage {
        struct ScheduleMessage *next;
        const char *method;       /* "REQUEST", "CANCEL", "REPLY" */
        const char *user;         /* the key of the recipient */
        const char *address;      /* its address as it is written */
        const ItipObject *source; /* has the time zones */
        bool is_update; /* a REQUEST that changes something for a recipient who was invited before */
        ItipComponent *components;
} ScheduleMessage;

/**
 * message_strip() - prepare a copied component for others: without alarms, parameters of this server
 * (RFC 6638, 7) and properties of one program; its DTSTAMP is @now
 */
int message_strip(Arena *arena, ItipComponent *component, usec_t now);

/** message_is_for_server() - whether the server, not the client, sends to a participant (RFC 6638, 7.1) */
bool message_is_for_server(const ItipLine *line);

/** message_print() - append a message */
void message_print(const ScheduleMessage *message, Buffer *out);
