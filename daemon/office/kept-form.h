#pragma once

/*
 * A form that was sent after its session had ended. Its fields are kept in the form of the login, and are
 * shown again after it: nothing is stored until the account that has signed in sends them itself.
 */

#include "office/call.h"

/** kept_form_is_needed() - whether the form that was sent has more than the token */
bool kept_form_is_needed(const OfficeCall *call);

/** kept_form_take() - write the fields of the form that was sent, to keep them. No store is used. */
void kept_form_take(OfficeCall *call);

/** kept_form_carry() - write the fields again that a form of the login had kept */
void kept_form_carry(OfficeCall *call);

/** kept_form_is_there() - whether the form of the login that was sent has kept fields */
bool kept_form_is_there(const OfficeCall *call);

/**
 * kept_form_reply() - reply with the kept form, to be sent by its reader
 * @path: where it was sent to, encoded
 */
int kept_form_reply(OfficeCall *call, const char *path);
