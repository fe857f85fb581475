#include "catalog/strings.h"

/* The Unicode block Cyrillic. */
const CatalogStrings catalog_strings_ru = {
        .first_letter = "\u0400",
        .last_letter = "\u04ff",
        .stemmer = "russian",
        .fleeting = "ое",
        .after_fleeting = "кцлн",
        .consonants = "бвгджзклмнпрстфхцчшщ",
        .look_alikes = "aаbвcсeеhнkкmмoоpрtтxхyу",
};
