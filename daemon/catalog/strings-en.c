#include "catalog/strings.h"

const CatalogStrings catalog_strings_en = {
        .first_letter = "",
        .last_letter = "",
        .stemmer = "english",
        .fleeting = "",
        .after_fleeting = "",
        .consonants = "",
        .look_alikes = "",
};
