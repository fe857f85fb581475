#pragma once

/*
 * The session of a browser. Its cookie has a random token, the name of nothing else; forms contain another
 * secret that is derived from it. A login always makes a new token, so that nobody can choose the token of
 * another person's session.
 */

#include "office/call.h"

/**
 * signed_in_find() - read the session and the account of a request into the call, which has a store
 * Return: 0, OFFICE_E_SIGNED_OUT, a condition of the store, negative errno.
 */
int signed_in_find(OfficeCall *call);

/**
 * signed_in_find_pending() - read a login that still needs a code into call->session, without an account
 * Return: as signed_in_find().
 */
int signed_in_find_pending(OfficeCall *call);

/** signed_in_has_token() - whether the form that was sent is one of this session */
bool signed_in_has_token(const OfficeCall *call);

/**
 * signed_in_begin() - end the session that the browser has, begin a new one of an account, and set the
 * cookie. The call has a store for writing.
 * @is_pending: the login still needs a code, and opens no page
 *
 * Return: 0, a condition of the store, negative errno.
 */
int signed_in_begin(OfficeCall *call, const char *account, bool is_pending);

/** signed_in_end() - end the session of the call, and remove the cookie. Return: as signed_in_begin(). */
int signed_in_end(OfficeCall *call);
