/** Words with a capital that name no person, place or house: peoples, faiths, languages, programs, brands of things. */
const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

export const PEOPLES_AND_BRANDS = set(
  `american americans african africans asian asians european hispanic hispanics latino latina latinos latinx caucasian caucasians somali
somalian haitian vietnamese cambodian laotian hmong filipino filipina tagalog korean japanese chinese cantonese mandarin taiwanese indian
pakistani bangladeshi nepali nepalese tibetan thai burmese karen indonesian malaysian russian ukrainian polish czech slovak hungarian
romanian bulgarian serbian croatian bosnian albanian greek turkish armenian arabic arab persian iranian iraqi afghan dari pashto farsi urdu
hindi punjabi gujarati bengali tamil telugu swahili amharic tigrinya yoruba igbo hausa ethiopian eritrean nigerian ghanaian kenyan ugandan
sudanese egyptian moroccan algerian tunisian syrian lebanese israeli palestinian jordanian saudi yemeni mexican guatemalan salvadoran
honduran nicaraguan panamanian cuban dominican rican jamaican trinidadian brazilian portuguese spanish castilian colombian venezuelan
ecuadorian peruvian bolivian chilean argentinian italian sicilian french german dutch swedish norwegian danish finnish icelandic irish
scottish scots english british australian canadian samoan tongan hawaiian navajo cherokee creole patois ashkenazi sephardic muslim muslims
islamic jewish catholic protestant lutheran methodist baptist presbyterian episcopalian pentecostal evangelical mormon mormons buddhist hindu sikh
jehovah's jehovah adventist quaker mennonite amish atheist agnostic orthodox christianity islam judaism iphone ipad android mychart zoom
facetime skype netflix hulu youtube xbox playstation nintendo fortnite roblox minecraft instagram snapchat tiktok twitter facebook google
wifi bluetooth fitbit garmin kindle medicaid medicare masshealth tricare hipaa ssdi ssi fmla obamacare bluecross blueshield camry corolla civic accord
altima sentra silverado tahoe f-150 tundra prius explorer escalade suburban wrangler cherokee corvette mustang gatorade powerade pedialyte
cheerios splenda stevia doritos oreo oreos pepsi snapple mcdonalds jello vaseline kleenex velcro styrofoam tupperware gore-tex teflon
plexiglas dremel kubota caterpillar bobcat glock taser microsoft windows excel epic cerner meditech athena allscripts dragon nuance
deutsch espanol inuit aleut creek choctaw lakota sioux ojibwe apache hopi zuni mestizo basque catalan flemish slavic nordic balkan
mediterranean caribbean midwestern southerner oriental middle-eastern biracial caucasion bipoc lgbtq`,
);
