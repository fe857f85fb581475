#include "calendar/zone-data.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* The sizes of the header and of the fields that follow it (RFC 8536, 3.1). */
enum {
        HEADER_SIZE = 44,
        TYPE_SIZE = 6,
        MAX_RULE_HOURS = 167, /* 3.3.1: the times of version 3 */
};

#define EARLIEST_INSTANT (-((int64_t)1 << 59))
#define LATEST_INSTANT   ((int64_t)1 << 59)

typedef struct TzifHeader {
        int version;
        size_t n_ut, n_standard, n_leap, n_times, n_types, n_characters;
} TzifHeader;

typedef struct TzifBlock {
        TzifHeader header;
        size_t time_size; /* 4 in a block of version 1, otherwise 8 */
        const unsigned char *times, *indices, *types, *characters;
        size_t size;
} TzifBlock;

static uint64_t read_number(const unsigned char *at, size_t size)
{
        uint64_t value = 0;
        for (size_t i = 0; i < size; i++)
                value = value << 8 | at[i];
        return value;
}

static int64_t read_signed(const unsigned char *at, size_t size)
{
        uint64_t value = read_number(at, size);
        return size == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

static int read_header(const unsigned char *at, size_t left, TzifHeader *ret)
{
        if (left < HEADER_SIZE || memcmp(at, "TZif", 4) != 0)
                return ZONE_E_INVALID;
        *ret = (TzifHeader){
                .version = at[4] == 0 ? 1 : at[4] - '0',
                .n_ut = read_number(at + 20, 4),
                .n_standard = read_number(at + 24, 4),
                .n_leap = read_number(at + 28, 4),
                .n_times = read_number(at + 32, 4),
                .n_types = read_number(at + 36, 4),
                .n_characters = read_number(at + 40, 4),
        };
        /* A file with leap seconds ("right/") does not count POSIX seconds. */
        return ret->n_leap > 0 || ret->n_types == 0 || ret->n_types > 256 || ret->n_characters == 0
                               ? ZONE_E_INVALID
                               : 0;
}

/* Finds the fields of a block. The counts have 32 bits, so no product of a count and a size overflows. */
static int read_block(const unsigned char *at, size_t left, size_t time_size, TzifBlock *ret)
{
        TzifBlock block = { .time_size = time_size };
        int r = read_header(at, left, &block.header);
        if (r != 0)
                return r;
        const TzifHeader *header = &block.header;
        block.size = HEADER_SIZE + header->n_times * (time_size + 1) + header->n_types * TYPE_SIZE +
                     header->n_characters + header->n_standard + header->n_ut;
        if (block.size > left)
                return ZONE_E_INVALID;
        block.times = at + HEADER_SIZE;
        block.indices = block.times + header->n_times * time_size;
        block.types = block.indices + header->n_times;
        block.characters = block.types + header->n_types * TYPE_SIZE;
        *ret = block;
        return 0;
}

static int read_type(const TzifBlock *block, size_t index, ZoneType *ret)
{
        const unsigned char *at = block->types + index * TYPE_SIZE;
        ZoneType type = { .seconds = (int32_t)read_signed(at, 4), .daylight = at[4] == 1 };
        if (type.seconds < -ZONE_MAX_OFFSET || type.seconds > ZONE_MAX_OFFSET || at[4] > 1 ||
                        at[5] >= block->header.n_characters)
                return ZONE_E_INVALID;
        const char *abbreviation = (const char *)block->characters + at[5];
        size_t len = strnlen(abbreviation, block->header.n_characters - at[5]);
        if (len >= sizeof(type.abbreviation) || at[5] + len == block->header.n_characters)
                return ZONE_E_INVALID;
        for (size_t i = 0; i < len; i++)
                if (!isalnum((unsigned char)abbreviation[i]) && abbreviation[i] != '+' &&
                                abbreviation[i] != '-')
                        return ZONE_E_INVALID;
        memcpy(type.abbreviation, abbreviation, len);
        *ret = type;
        return 0;
}

static int add_types(const TzifBlock *block, Zone *zone, size_t numbers[static 256])
{
        for (size_t i = 0; i < block->header.n_types; i++) {
                ZoneType type;
                int r = read_type(block, i, &type);
                if (r == 0)
                        r = zone_add_type(zone, &type, &numbers[i]);
                if (r != 0)
                        return r;
        }
        zone->first_type = numbers[0];
        return 0;
}

static int add_changes(const TzifBlock *block, Zone *zone, const size_t numbers[static 256])
{
        int64_t last = INT64_MIN;
        for (size_t i = 0; i < block->header.n_times; i++) {
                int64_t instant = read_signed(block->times + i * block->time_size, block->time_size);
                if (instant <= last || instant < EARLIEST_INSTANT || instant > LATEST_INSTANT ||
                                block->indices[i] >= block->header.n_types)
                        return ZONE_E_INVALID;
                int r = zone_add_change(zone, instant, numbers[block->indices[i]]);
                if (r != 0)
                        return r;
                last = instant;
        }
        return 0;
}

/*
 * The footer is a POSIX TZ string (RFC 8536, 3.3; POSIX 8.3). Each of the following functions reads one
 * part of it and advances @at.
 */
static int take_number(const char **at, int max, int *ret)
{
        int value = 0, digits = 0;
        for (; isdigit((unsigned char)**at) && digits < 3; (*at)++, digits++)
                value = value * 10 + (**at - '0');
        if (digits == 0 || value > max)
                return ZONE_E_INVALID;
        *ret = value;
        return 0;
}

static int take_char(const char **at, char c)
{
        if (**at != c)
                return ZONE_E_INVALID;
        (*at)++;
        return 0;
}

/* Reads `[+-]hh[:mm[:ss]]` as seconds. */
static int take_clock(const char **at, int max_hours, int32_t *ret)
{
        int sign = **at == '-' ? -1 : 1, hours, minutes = 0, seconds = 0;
        if (**at == '-' || **at == '+')
                (*at)++;
        if (take_number(at, max_hours, &hours) != 0)
                return ZONE_E_INVALID;
        if (take_char(at, ':') == 0) {
                if (take_number(at, 59, &minutes) != 0)
                        return ZONE_E_INVALID;
                if (take_char(at, ':') == 0 && take_number(at, 59, &seconds) != 0)
                        return ZONE_E_INVALID;
        }
        *ret = sign * (hours * 3600 + minutes * 60 + seconds);
        return 0;
}

static int take_name(const char **at, ZoneType *type)
{
        bool quoted = take_char(at, '<') == 0;
        size_t len = 0;
        for (; isalpha((unsigned char)**at) || (quoted && **at && strchr("+-0123456789", **at)); (*at)++) {
                if (len == sizeof(type->abbreviation) - 1)
                        return ZONE_E_INVALID;
                type->abbreviation[len++] = **at;
        }
        type->abbreviation[len] = '\0';
        if (quoted && take_char(at, '>') != 0)
                return ZONE_E_INVALID;
        return len >= 3 ? 0 : ZONE_E_INVALID;
}

static int take_day(const char **at, ZoneDay *ret)
{
        ZoneDay day = { .form = ZONE_DAY_OF_YEAR, .seconds = 2 * 3600 };
        bool valid;
        if (take_char(at, 'M') == 0) {
                day.form = ZONE_DAY_NTH;
                valid = take_number(at, 12, &day.month) == 0 && take_char(at, '.') == 0 &&
                        take_number(at, 5, &day.week) == 0 && take_char(at, '.') == 0 &&
                        take_number(at, 6, &day.weekday) == 0 && day.month > 0 && day.week > 0;
        } else if (take_char(at, 'J') == 0) {
                day.form = ZONE_DAY_JULIAN;
                valid = take_number(at, 365, &day.day) == 0 && day.day > 0;
        } else {
                valid = take_number(at, 365, &day.day) == 0;
        }
        if (!valid || (take_char(at, '/') == 0 && take_clock(at, MAX_RULE_HOURS, &day.seconds) != 0))
                return ZONE_E_INVALID;
        *ret = day;
        return 0;
}

/* Reads a name and its offset. POSIX counts offsets west of Greenwich. */
static int take_standard(const char **at, ZoneType *type)
{
        if (take_name(at, type) != 0 || take_clock(at, 25, &type->seconds) != 0)
                return ZONE_E_INVALID;
        type->seconds = -type->seconds;
        return 0;
}

static int take_daylight(const char **at, const ZoneType *standard, ZoneType *type, ZoneRule *rule)
{
        *type = (ZoneType){ .seconds = standard->seconds + 3600, .daylight = true };
        if (take_name(at, type) != 0)
                return ZONE_E_INVALID;
        if (**at != ',') {
                if (take_clock(at, 25, &type->seconds) != 0)
                        return ZONE_E_INVALID;
                type->seconds = -type->seconds;
        }
        return take_char(at, ',') == 0 && take_day(at, &rule->to_daylight) == 0 && take_char(at, ',') == 0 &&
                                               take_day(at, &rule->to_standard) == 0
                               ? 0
                               : ZONE_E_INVALID;
}

static int add_footer(const char *text, bool has_changes, Zone *zone)
{
        ZoneType standard = { 0 }, daylight;
        ZoneRule rule = { 0 };
        if (take_standard(&text, &standard) != 0)
                return ZONE_E_INVALID;
        bool alternates = *text != '\0';
        if (alternates && (take_daylight(&text, &standard, &daylight, &rule) != 0 || *text != '\0'))
                return ZONE_E_INVALID;
        int r = zone_add_type(zone, &standard, &rule.standard);
        if (r != 0)
                return r;
        rule.daylight = rule.standard;
        if (alternates)
                r = zone_add_type(zone, &daylight, &rule.daylight);
        if (r != 0)
                return r;
        /* In a file without changes the footer is valid for all times (3.3). */
        if (!has_changes)
                zone->first_type = rule.standard;
        return zone_add_rule(zone, &rule);
}

static int read_footer(const unsigned char *at, size_t left, bool has_changes, Zone *zone)
{
        const unsigned char *end = left > 1 && at[0] == '\n' ? memchr(at + 1, '\n', left - 1) : NULL;
        if (!end || memchr(at, '\0', (size_t)(end - at)))
                return ZONE_E_INVALID;
        CLEANUP(cleanup_free) char *text = strndup((const char *)at + 1, (size_t)(end - at - 1));
        if (!text)
                return -ENOMEM;
        return *text ? add_footer(text, has_changes, zone) : 0;
}

int tzif_read(const void *bytes, size_t len, Zone *zone)
{
        const unsigned char *at = bytes;
        size_t numbers[256];
        TzifBlock block;
        int r = read_block(at, len, 4, &block);
        if (r != 0)
                return r;
        int version = block.header.version;
        at += block.size;
        len -= block.size;
        if (version >= 2) {
                r = read_block(at, len, 8, &block);
                if (r != 0)
                        return r;
                at += block.size;
                len -= block.size;
        }
        r = add_types(&block, zone, numbers);
        if (r == 0)
                r = add_changes(&block, zone, numbers);
        if (r == 0 && version >= 2)
                r = read_footer(at, len, block.header.n_times > 0, zone);
        return r;
}
