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

/** delegate_is_of() - whether an ATTENDEE is the delegate of an address, and of nobody else */
bool delegate_is_of(const ItipLine *line, const char *address);

/**
 * delegate_ensure() - make the one to whom a participant has delegated the participant's only delegate
 * @user:        the key of the participant, who is in the component
 * @ret_removed: set to true if others were removed: former delegates, and those to whom they have delegated
 *
 * Without a delegation, former delegates stay.
 * Return: 0, ITIP_E_MANY if there is no room for the delegate, -ENOMEM.
 */
int delegate_ensure(Arena *arena, ItipComponent *component, const char *user, bool *ret_removed);
