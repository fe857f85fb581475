#pragma once

/* The login with a name and a password, and the logout. */

#include "office/call.h"

/** login_page_ask() - ask for the login after a form was sent without a session; its fields are kept */
int login_page_ask(OfficeCall *call);

extern const OfficeRow login_page_rows[];
