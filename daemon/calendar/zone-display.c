#include "calendar/zone-display.h"

#include "calendar/zone.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const struct {
        const char *display, *iana;
} names[] = {
        { "Hawaii", "Pacific/Honolulu" },
        { "Alaska", "America/Anchorage" },
        { "Pacific Time (US & Canada)", "America/Los_Angeles" },
        { "Baja California", "America/Tijuana" },
        { "Arizona", "America/Phoenix" },
        { "Chihuahua, La Paz, Mazatlan", "America/Mazatlan" },
        { "Mountain Time (US & Canada)", "America/Denver" },
        { "Central America", "America/Guatemala" },
        { "Central Time (US & Canada)", "America/Chicago" },
        { "Guadalajara, Mexico City, Monterrey", "America/Mexico_City" },
        { "Saskatchewan", "America/Regina" },
        { "Bogota, Lima, Quito", "America/Bogota" },
        { "Bogota, Lima, Quito, Rio Branco", "America/Bogota" },
        { "Eastern Time (US & Canada)", "America/New_York" },
        { "Indiana (East)", "America/Indianapolis" },
        { "Caracas", "America/Caracas" },
        { "Asuncion", "America/Asuncion" },
        { "Atlantic Time (Canada)", "America/Halifax" },
        { "Cuiaba", "America/Cuiaba" },
        { "Georgetown, La Paz, Manaus, San Juan", "America/La_Paz" },
        { "Santiago", "America/Santiago" },
        { "Newfoundland", "America/St_Johns" },
        { "Brasilia", "America/Sao_Paulo" },
        { "Cayenne, Fortaleza", "America/Cayenne" },
        { "Buenos Aires", "America/Buenos_Aires" },
        { "City of Buenos Aires", "America/Buenos_Aires" },
        { "Montevideo", "America/Montevideo" },
        { "Salvador", "America/Bahia" },
        { "Azores", "Atlantic/Azores" },
        { "Cabo Verde Is.", "Atlantic/Cape_Verde" },
        { "Casablanca", "Africa/Casablanca" },
        { "Coordinated Universal Time", "Etc/UTC" },
        { "Dublin, Edinburgh, Lisbon, London", "Europe/London" },
        { "Monrovia, Reykjavik", "Atlantic/Reykjavik" },
        { "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin" },
        { "Belgrade, Bratislava, Budapest, Ljubljana, Prague", "Europe/Budapest" },
        { "Brussels, Copenhagen, Madrid, Paris", "Europe/Paris" },
        { "Sarajevo, Skopje, Warsaw, Zagreb", "Europe/Warsaw" },
        { "West Central Africa", "Africa/Lagos" },
        { "Windhoek", "Africa/Windhoek" },
        { "Amman", "Asia/Amman" },
        { "Athens, Bucharest", "Europe/Bucharest" },
        { "Beirut", "Asia/Beirut" },
        { "Cairo", "Africa/Cairo" },
        { "Chisinau", "Europe/Chisinau" },
        { "Damascus", "Asia/Damascus" },
        { "Harare, Pretoria", "Africa/Johannesburg" },
        { "Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", "Europe/Kiev" },
        { "Istanbul", "Europe/Istanbul" },
        { "Jerusalem", "Asia/Jerusalem" },
        { "Kaliningrad", "Europe/Kaliningrad" },
        { "Baghdad", "Asia/Baghdad" },
        { "Kuwait, Riyadh", "Asia/Riyadh" },
        { "Minsk", "Europe/Minsk" },
        { "Moscow, St. Petersburg", "Europe/Moscow" },
        { "Moscow, St. Petersburg, Volgograd", "Europe/Moscow" },
        { "Nairobi", "Africa/Nairobi" },
        { "Volgograd", "Europe/Volgograd" },
        { "Tehran", "Asia/Tehran" },
        { "Abu Dhabi, Muscat", "Asia/Dubai" },
        { "Astrakhan, Ulyanovsk", "Europe/Astrakhan" },
        { "Baku", "Asia/Baku" },
        { "Izhevsk, Samara", "Europe/Samara" },
        { "Port Louis", "Indian/Mauritius" },
        { "Saratov", "Europe/Saratov" },
        { "Tbilisi", "Asia/Tbilisi" },
        { "Yerevan", "Asia/Yerevan" },
        { "Kabul", "Asia/Kabul" },
        { "Ashgabat, Tashkent", "Asia/Tashkent" },
        { "Ekaterinburg", "Asia/Yekaterinburg" },
        { "Islamabad, Karachi", "Asia/Karachi" },
        { "Chennai, Kolkata, Mumbai, New Delhi", "Asia/Calcutta" },
        { "Sri Jayawardenepura", "Asia/Colombo" },
        { "Kathmandu", "Asia/Katmandu" },
        { "Dhaka", "Asia/Dhaka" },
        { "Omsk", "Asia/Omsk" },
        { "Novosibirsk", "Asia/Novosibirsk" },
        { "Yangon (Rangoon)", "Asia/Rangoon" },
        { "Bangkok, Hanoi, Jakarta", "Asia/Bangkok" },
        { "Barnaul, Gorno-Altaysk", "Asia/Barnaul" },
        { "Krasnoyarsk", "Asia/Krasnoyarsk" },
        { "Tomsk", "Asia/Tomsk" },
        { "Beijing, Chongqing, Hong Kong, Urumqi", "Asia/Shanghai" },
        { "Irkutsk", "Asia/Irkutsk" },
        { "Kuala Lumpur, Singapore", "Asia/Singapore" },
        { "Perth", "Australia/Perth" },
        { "Taipei", "Asia/Taipei" },
        { "Osaka, Sapporo, Tokyo", "Asia/Tokyo" },
        { "Seoul", "Asia/Seoul" },
        { "Yakutsk", "Asia/Yakutsk" },
        { "Chita", "Asia/Chita" },
        { "Adelaide", "Australia/Adelaide" },
        { "Darwin", "Australia/Darwin" },
        { "Brisbane", "Australia/Brisbane" },
        { "Canberra, Melbourne, Sydney", "Australia/Sydney" },
        { "Guam, Port Moresby", "Pacific/Port_Moresby" },
        { "Hobart", "Australia/Hobart" },
        { "Vladivostok", "Asia/Vladivostok" },
        { "Magadan", "Asia/Magadan" },
        { "Sakhalin", "Asia/Sakhalin" },
        { "Chokurdakh", "Asia/Srednekolymsk" },
        { "Solomon Is., New Caledonia", "Pacific/Guadalcanal" },
        { "Anadyr, Petropavlovsk-Kamchatsky", "Asia/Kamchatka" },
        { "Auckland, Wellington", "Pacific/Auckland" },
        { "Fiji", "Pacific/Fiji" },
        { "Samoa", "Pacific/Apia" },
};

const char *zone_skip_offset(const char *name)
{
        const char *close = strncmp(name, "(UTC", 4) == 0 || strncmp(name, "(GMT", 4) == 0
                                            ? strchr(name, ')')
                                            : NULL;
        if (!close)
                return name;
        return close + 1 + strspn(close + 1, " ");
}

/* Abbreviations of Russian zones, each of which stands for one zone, and Windows names that CLDR lacks. */
static const struct {
        const char *name, *iana;
} abbreviations[] = {
        { "MSK", "Europe/Moscow" },
        { "MSD", "Europe/Moscow" },
        { "SAMT", "Europe/Samara" },
        { "YEKT", "Asia/Yekaterinburg" },
        { "OMST", "Asia/Omsk" },
        { "NOVT", "Asia/Novosibirsk" },
        { "KRAT", "Asia/Krasnoyarsk" },
        { "IRKT", "Asia/Irkutsk" },
        { "YAKT", "Asia/Yakutsk" },
        { "VLAT", "Asia/Vladivostok" },
        { "MAGT", "Asia/Magadan" },
        { "SAKT", "Asia/Sakhalin" },
        { "PETT", "Asia/Kamchatka" },
        { "Armenian Standard Time", "Asia/Yerevan" },
        { "Kamchatka Standard Time", "Asia/Kamchatka" },
        { "Mid-Atlantic Standard Time", "Etc/GMT+2" },
};

/* The zones of whole hours, from UTC-12 to UTC+14. Their names have the sign of POSIX. */
static const char *const hours[] = { "Etc/GMT+12", "Etc/GMT+11", "Etc/GMT+10", "Etc/GMT+9", "Etc/GMT+8",
        "Etc/GMT+7", "Etc/GMT+6", "Etc/GMT+5", "Etc/GMT+4", "Etc/GMT+3", "Etc/GMT+2", "Etc/GMT+1", "UTC",
        "Etc/GMT-1", "Etc/GMT-2", "Etc/GMT-3", "Etc/GMT-4", "Etc/GMT-5", "Etc/GMT-6", "Etc/GMT-7",
        "Etc/GMT-8", "Etc/GMT-9", "Etc/GMT-10", "Etc/GMT-11", "Etc/GMT-12", "Etc/GMT-13", "Etc/GMT-14" };

enum { WESTERN_HOURS = 12, EASTERN_HOURS = 14, STEADY_FIRST = 3, STEADY_LAST = 9 };
enum { OFFSET_SIZE = 24, PLACES_MAX = 200 };

#define SEPARATORS "/,;\\ "

/*
 * Skips the sign of an offset: a plus, a hyphen or a minus. A plus is east of UTC, as in ISO 8601, Windows'
 * "UTC+12" and the custom zones of Java and ICU; only "Etc/GMT+3" and TZ variables have the sign of POSIX.
 */
static const char *skip_sign(const char *at, bool *ret_west)
{
        static const char minus[] = "\xE2\x88\x92";
        *ret_west = *at != '+';
        if (*at == '+' || *at == '-')
                return at + 1;
        return strncmp(at, minus, strlen(minus)) == 0 ? at + strlen(minus) : NULL;
}

/* Reads whole hours of one or two digits: "3", "03", "0300", "03:00", "03.00". Return: -1 for other text. */
static int read_hours(const char *at)
{
        size_t n = strspn(at, "0123456789"), n_hours = n > 2 ? n - 2 : n;
        if (n == 3 || n_hours == 0 || n_hours > 2)
                return -1;
        const char *minutes = at + n_hours;
        minutes += n <= 2 && (*minutes == ':' || *minutes == '.');
        if (at[n_hours] != '\0' && strcmp(minutes, "00") != 0)
                return -1;
        return n_hours == 1 ? at[0] - '0' : (at[0] - '0') * 10 + at[1] - '0';
}

/* Finds the zone of "UTC+3", "GMT+0300" or "+03:00". */
static const char *zone_of_offset(const char *name)
{
        bool is_west;
        const char *at = name + strspn(name, " ");
        at += strncasecmp(at, "UTC", 3) == 0 || strncasecmp(at, "GMT", 3) == 0 ? 3 : 0;
        at = skip_sign(at + strspn(at, " "), &is_west);
        int hour = at ? read_hours(at) : -1;
        if (hour < 0 || hour > (is_west ? WESTERN_HOURS : EASTERN_HOURS))
                return NULL;
        return hours[WESTERN_HOURS + (is_west ? -hour : hour)];
}

const char *zone_of_stated_offset(const char *name)
{
        const char *close = strchr(name, ')');
        char text[OFFSET_SIZE];
        if (*name != '(' || !close || (size_t)(close - name) > sizeof(text))
                return NULL;
        memcpy(text, name + 1, (size_t)(close - name) - 1);
        text[close - name - 1] = '\0';
        const char *found = zone_of_offset(text);
        for (int hour = STEADY_FIRST; hour <= STEADY_LAST; hour++)
                if (found == hours[WESTERN_HOURS + hour])
                        return found;
        return NULL;
}

/* Returns the next place of "Moscow, St. Petersburg" or "Moscow / St. Petersburg"; NULL after the last. */
static const char *next_place(const char **at, size_t *ret_len)
{
        const char *place = *at + strspn(*at, SEPARATORS);
        size_t len = strcspn(place, "/,;");
        *at = place + len;
        while (len > 0 && strchr(SEPARATORS, place[len - 1]))
                len--;
        *ret_len = len;
        return len > 0 ? place : NULL;
}

static bool has_place(const char *list, const char *place, size_t len)
{
        const char *known;
        size_t known_len;
        while ((known = next_place(&list, &known_len)))
                if (known_len == len && strncmp(known, place, len) == 0)
                        return true;
        return false;
}

static bool has_places(const char *list, const char *places)
{
        const char *place;
        size_t len;
        while ((place = next_place(&places, &len)))
                if (!has_place(list, place, len))
                        return false;
        return true;
}

/* Finds the zone of a shorter list, or of one with slashes. Return: NULL if several zones have them. */
static const char *zone_of_places(const char *places)
{
        const char *found = NULL;
        if (strlen(places) > PLACES_MAX || !places[strspn(places, SEPARATORS)])
                return NULL;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                if (!has_places(names[i].display, places))
                        continue;
                if (found && strcmp(found, names[i].iana) != 0)
                        return NULL;
                found = names[i].iana;
        }
        return found;
}

/*
 * Returns the length of @beginning if @name begins with it and goes on with a list of places; otherwise 0.
 */
static size_t begins_with(const char *name, const char *beginning)
{
        size_t len = strlen(beginning);
        return strncmp(name, beginning, len) == 0 && (name[len] == ',' || name[len] == ';') ? len : 0;
}

/* Finds the row with the longest name with which a longer list begins: older versions named more places. */
static const char *zone_of_longer_list(const char *display)
{
        const char *found = NULL;
        size_t longest = 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                size_t len = begins_with(display, names[i].display);
                if (len > longest) {
                        longest = len;
                        found = names[i].iana;
                }
        }
        return found;
}

const char *zone_of_display_name(const char *name)
{
        const char *display = zone_skip_offset(name), *found = NULL;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (zone_same_name(names[i].display, display))
                        return names[i].iana;
        for (size_t i = 0; i < sizeof(abbreviations) / sizeof(abbreviations[0]); i++)
                if (strcmp(abbreviations[i].name, name) == 0)
                        return abbreviations[i].iana;
        found = zone_of_offset(name);
        if (!found)
                found = zone_of_longer_list(display);
        return found || display == name ? found : zone_of_places(display);
}
