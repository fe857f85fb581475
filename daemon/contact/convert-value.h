#pragma once

/*
 * The properties whose value or VALUE parameter differs between vCard 4.0 (RFC 6350) and 3.0 (RFC 2426).
 * Each function changes a line of one version to the other; a function may rename the property, too. A
 * value that has no form in the other version is kept. Private to this module.
 */

#include "contact/card-line.h"

/* BDAY and ANNIVERSARY: 19850412 is 1985-04-12, and --0412 is 1604-04-12 with X-APPLE-OMIT-YEAR=1604. */
void convert_birthday_to_3(LineMemory *memory, CardLine *line);
void convert_date_to_3(LineMemory *memory, CardLine *line);
void convert_date_to_4(LineMemory *memory, CardLine *line);

/* REV: 19951031T222710Z is 1995-10-31T22:27:10Z. */
void convert_revision_to_3(LineMemory *memory, CardLine *line);
void convert_revision_to_4(LineMemory *memory, CardLine *line);

/* GEO: geo:55.75,37.62 is 55.75;37.62. */
void convert_position_to_3(LineMemory *memory, CardLine *line);
void convert_position_to_4(LineMemory *memory, CardLine *line);

/* TZ: in 4.0 a text, in 3.0 an offset, unless VALUE says otherwise. */
void convert_zone_to_3(LineMemory *memory, CardLine *line);
void convert_zone_to_4(LineMemory *memory, CardLine *line);

/* TEL: tel:+1-555-0100;ext=12 is +1-555-0100 x12. */
void convert_telephone_to_3(LineMemory *memory, CardLine *line);

/* RELATED: AGENT, X-ABRELATEDNAMES (a name) or X-RELATED (a URI). */
void convert_related_to_3(LineMemory *memory, CardLine *line);
void convert_agent_to_4(LineMemory *memory, CardLine *line);
void convert_related_name_to_4(LineMemory *memory, CardLine *line);
