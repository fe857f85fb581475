#pragma once

/*
 * The card of a person's agent, which vCard 2.1 writes within the card of the person, after a line AGENT:
 * with no value. vCard 3.0 has it as the text of that line (RFC 2426, 3.5.4).
 */

#include "base/buffer.h"

#include <stdbool.h>

typedef enum AgentLine {
        AGENT_NONE,   /* another line, or an AGENT with a value */
        AGENT_OPENS,  /* the card is in the lines after it */
        AGENT_BEGINS, /* the line ends in BEGIN:VCARD, and the rest of the card is in the lines after it */
} AgentLine;

/** agent_line() - tell what an unfolded line of a file is */
AgentLine agent_line(const char *line, size_t len);

/** The state of a card whose lines are read. All zero is the state at its first line. */
typedef struct AgentState {
        bool has_open; /* the card of an agent has no END, or is too long: no later line has one */
} AgentState;

/**
 * agent_next_line() - append the next line, as version_2_next_line() does. A line AGENT and the card after
 * it are one line, whose value is the card as a text; an inner card of version 2.1 is converted to 3.0.
 * @at: moved to the line after it
 *
 * To read all lines of a card takes time that grows with its length only.
 * Return: whether it is such a line.
 */
bool agent_next_line(AgentState *state, const char **at, const char *end, Buffer *out);
