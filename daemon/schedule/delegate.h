#pragma once

/*
 * Delegation (RFC 5546, 3.2.2.3 and 3.2.3): a participant with PARTSTAT=DELEGATED names another one in
 * DELEGATED-TO. The organizer gets the answer, and the delegate an invitation from the participant. Pure.
 */

#include "schedule/itip.h"

/** delegate_of() - the address to which a participant has delegated; NULL for none, or several */
const char *delegate_of(const ItipLine *participant);

/** delegate_line() - the ATTENDEE of a component with an address; NULL if there is none */
ItipLine *delegate_line(const ItipComponent *component, const char *address);

/**
 * delegate_ensure() - add the ATTENDEE to whom a participant has delegated, if the component has none
 * @participant: its line in the component
 */
int delegate_ensure(Arena *arena, ItipComponent *component, const ItipLine *participant);
