#include "calendar/zone-display.h"

#include "calendar/zone.h"

#include <string.h>

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

/* Skips `(UTC+03:00) ` or `(GMT) `. */
static const char *skip_offset(const char *name)
{
        const char *close = strncmp(name, "(UTC", 4) == 0 || strncmp(name, "(GMT", 4) == 0
                                            ? strchr(name, ')')
                                            : NULL;
        if (!close)
                return name;
        return close + 1 + strspn(close + 1, " ");
}

const char *zone_of_display_name(const char *name)
{
        const char *display = skip_offset(name);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (zone_same_name(names[i].display, display))
                        return names[i].iana;
        return NULL;
}
