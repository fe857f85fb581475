#pragma once

/*
 * A form that was sent after its session had ended. Its fields are kept in the form of the login, and are
 * shown again after it: nothing is stored until the account that has signed in sends them itself. If the
 * browser has a new session already, they are shown again at once. Passwords and codes are not kept.
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

/** kept_form_write_path() - append the path and the query of the request, encoded */
void kept_form_write_path(const OfficeCall *call, Buffer *out);

/**
 * kept_form_return() - reply with the form that was sent with the token of another session, to be sent again
 * with that of this one
 */
int kept_form_return(OfficeCall *call);

/**
 * kept_form_reply() - reply with the kept form, to be sent by its reader
 * @path: where it was sent to, encoded
 */
int kept_form_reply(OfficeCall *call, const char *path);
