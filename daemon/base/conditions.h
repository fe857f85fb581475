#pragma once

/*
 * A condition is a positive return value that a function documents, named MODULE_E_WHAT or THING_E_WHAT.
 * Each module numbers its conditions from its base in this list. So when a condition is passed up through
 * another module, it is never mistaken for a condition of that module. `tests/check-conditions` fails if
 * two conditions have the same number. The numbers 1 to 99 are free for results of a single function, such
 * as DB_ROW or OPTIONS_DONE.
 */

enum {
        CONDITIONS_BASE = 100,
        CONDITIONS_CALENDAR = 200,
        CONDITIONS_CONTACT = 300,
        CONDITIONS_CONFIG = 400,
        CONDITIONS_MAIL = 500,
        CONDITIONS_STORE = 600,
        CONDITIONS_FEED = 700,
        CONDITIONS_OUTBOX = 800,
        CONDITIONS_HTTP = 900,
        CONDITIONS_CATALOG = 1000,
        CONDITIONS_REMIND = 1100,
        CONDITIONS_WEB = 1200,
        CONDITIONS_MEET = 1300,
        CONDITIONS_SCHEDULE = 2400,
        CONDITIONS_DAV = 1400,
        CONDITIONS_CLI = 1500,
        CONDITIONS_SERVICE = 1600,
        CONDITIONS_OFFICE = 1700,
        CONDITIONS_EDIT = 1800,
        CONDITIONS_DRAFT = 1900,
        CONDITIONS_SHEET = 2000,
        CONDITIONS_PEOPLE = 2100,
        CONDITIONS_PACKAGE = 2200,
};
