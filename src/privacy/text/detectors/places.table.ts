/** Names of states and countries, street words, and words and names of organisations: data, not logic. */
const set = (text: string): ReadonlySet<string> => new Set(text.split("|"));

export const STATE_NAMES = set(
  "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|puerto rico|district of columbia|guam",
);
export const STATE_CODES = set(
  "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR",
);
export const STATE_SHORT = set(
  "mass|calif|conn|fla|penn|tenn|wash|ariz|colo|ill|mich|minn|tex|okla|wisc|n.y|n.j|n.h|r.i",
);
export const COUNTRIES = set(
  "afghanistan|albania|algeria|angola|argentina|armenia|australia|austria|azerbaijan|bangladesh|barbados|belarus|belgium|belize|bolivia|bosnia|botswana|brazil|bulgaria|burma|cambodia|cameroon|canada|chile|china|colombia|costa rica|croatia|cuba|cyprus|denmark|dominican republic|ecuador|egypt|el salvador|england|eritrea|estonia|ethiopia|fiji|finland|france|germany|ghana|greece|guatemala|guyana|haiti|honduras|hong kong|hungary|iceland|india|indonesia|iran|iraq|ireland|israel|italy|ivory coast|jamaica|japan|kazakhstan|kenya|kosovo|kuwait|laos|latvia|lebanon|liberia|libya|lithuania|malaysia|mexico|moldova|mongolia|morocco|mozambique|myanmar|nepal|netherlands|new zealand|nicaragua|nigeria|north korea|norway|pakistan|palestine|panama|paraguay|peru|philippines|poland|portugal|romania|russia|rwanda|samoa|saudi arabia|scotland|senegal|serbia|sierra leone|singapore|slovakia|slovenia|somalia|south africa|south korea|spain|sri lanka|sudan|sweden|switzerland|syria|taiwan|tanzania|thailand|tibet|trinidad|tunisia|turkey|uganda|ukraine|united kingdom|united states|czech republic|uruguay|uzbekistan|venezuela|vietnam|wales|yemen|zambia|zimbabwe",
);

/** Street words that are safe with a house number before; the first ones also without one. */
export const STREET_ALONE = set("street|avenue|boulevard|parkway|turnpike|blvd|ave|terrace|highway");
export const STREET_WITH_NUMBER = set(
  "street|st|avenue|ave|av|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|circle|cir|place|pl|way|parkway|pkwy|highway|hwy|terrace|ter|trail|trl|square|sq|loop|pike|turnpike|tpke|row|broadway|plaza|plz|alley|crescent|cres|path|run|ridge|hollow|crossing|xing|walk|close|mews|route|rt|rte|point|pt|heights|hts|commons|landing|bend|expressway|expy|park",
);

/** Last words of an institution's name. */
export const INSTITUTION_TAIL = set(
  "hospital|hospitals|hosp|clinic|clinics|infirmary|sanatorium|hospice|pharmacy|university|college|academy|church|prison|jail|school|nursery|foundation|institute|manor|healthcare|rehab|rehabilitation|memorial|general|medical|health|homecare|shelter|inc|llc|llp|corp|corporation|ltd|company|elementary|seminary|synagogue|temple|mosque|library|airport|brewery|restaurant|bank|seniorcare|careone|pavilion|orthopaedics|orthopedics|dialysis|vna|library|parish|monastery|motors|airlines|logistics|industries|enterprises|associates|partners|bakery|diner|cafe|supermarket|practice|airborne|ministries|sheriff|fitness|theater|theatre|zoo|museum|stadium|ambulance",
);
/** Words between a name and an institution's tail, or that follow the tail. */
export const INSTITUTION_WORD = set(
  "hospital|medical|health|healthcare|center|centre|ctr|clinic|general|memorial|regional|community|county|city|state|university|nursing|care|home|homes|facility|rehabilitation|rehab|of|and|the|for|at|system|systems|services|group|associates|institute|house|living|assisted|senior|village|school|high|middle|elementary|college|foundation|hospice|children|childrens|children's|women|women's|womens|veterans|affairs|va|district|north|south|east|west|northern|southern|eastern|western|campus|family|practice|primary|internal|medicine|cancer|heart|eye|surgical|physicians|specialists|network|partners|trust|department|police|fire|public|technical|community|infirmary|sanatorium|skilled|convalescent|extended|subacute|retirement|gardens|manor",
);
/** Words that make a name of an institution although everybody uses them. */
export const NAMELIKE_INSTITUTION_WORD = set(
  "memorial|mercy|good|samaritan|sacred|saint|st|methodist|baptist|presbyterian|lutheran|providence|veterans|deaconess|trinity|grace|hope|holy|cross|regional|county|university|catholic|jewish|adventist|episcopal|unity|valley|lake|river|hills|hill|mount|mt|mountain|bay|beach|park|oak|pine|cedar|maple|elm|green|spring|springs|sunrise|sunset|golden|silver|brook|meadow|meadows|forest|island|harbor|ocean|grove|garden|rose|riverside|lakeside|hillside|heritage|legacy|liberty|pacific|atlantic|northern|southern|eastern|western|north|south|east|west|central|city|state|national|american|royal|queen|king|prince|cathedral|angel|angels|shepherd|savior|redeemer|our|lady|mary|joseph|vincent|francis|luke|luke's|mary's|john's|anthony|elizabeth|elizabeths|shriners|community|valley|summit|highland|highlands|prairie|desert|coastal|metropolitan|metro|downtown|suburban|tri|first",
);
/** Words that stand before a tail without naming the institution: departments and kinds. */
export const GENERIC_BEFORE_TAIL = set(
  "pain|outside|local|this|that|our|the|a|an|his|her|their|any|same|my|your|in|out|day|night|acute|chronic|coumadin|anticoagulation|cardiology|oncology|neurology|dermatology|surgery|surgical|orthopedic|orthopedics|ortho|gi|renal|pulmonary|rheumatology|urology|ent|eye|dental|wound|sleep|memory|travel|walk|walkin|urgent|emergency|primary|specialty|allergy|diabetes|endocrine|endocrinology|hematology|psychiatric|psychiatry|mental|behavioral|physical|occupational|speech|cardiac|stroke|inpatient|outpatient|methadone|suboxone|fertility|prenatal|obstetric|ob|gyn|gynecology|women's|womens|heart|breast|lung|liver|transplant|hepatitis|hiv|std|tb|id|infectious|retail|home|hospital|nursing|visiting|skilled|rehab|private|public|teaching|tertiary|referring|admitting|transferring|receiving|previous|prior|another|other|different|new|old|current|high|middle|elementary|grade|graduate|medical|law|nursery|pre|boarding|weight|infusion|chemotherapy|vein|spine|hand|foot|shoulder|hip|knee|device|pacemaker|icd|lipid|asthma|copd|chf|hf|hypertension|family|internal|medicine|pediatric|pediatrics|peds|adolescent|geriatric|geriatrics|preop|preoperative|preadmission|post|follow|followup|resident|residents|continuity|free|mobile|community|state|county|after|before|from|to|at|of|and|in|general|regular|good|overall|your|excellent|poor|fair|better|best|bone|vascular|neuro|joint|headache|migraine|epilepsy|seizure|movement|trauma|burn|critical|intensive|mood|anxiety|depression|addiction|substance|alcohol|detox|recovery|partial|special|global|past|social|reproductive|sexual|maternal|child|men's|mens|digestive|oral|population|electronic|national|world|federal|global|online|last|time|full|part|retired|church|sunday|public|resp|respiratory|hepatology|orthopaedic|orthopaedics|orthopedic|nephrology|gastroenterology|pulm|neurosurgery|ophthalmology|podiatry|audiology|perinatal|midwifery|bariatric|plastic|head|neck|thoracic|cardiothoracic|colorectal|multidisciplinary|interventional|advance|advanced|comfort|palliative|supportive|spiritual|pastoral|patient|personal|assessment|self|total|managed|ambulatory|day|adult|young|elderly|senior|hospice|chronic|point|standard|level|goals|wound|ostomy|trach|line|port|catheter|oral|mouth|skin|foot|nail|eye|ear|routine|preventive|preventative|antenatal|postpartum|newborn|well",
);

/** Well-known institutions by one name or abbreviation (upper case), and employers by their usual spelling. */
export const KNOWN_ORGANIZATIONS = set(
  "MGH|BWH|BIDMC|NEBH|DFCI|UCSF|UCLA|UCSD|UPMC|NYPH|MSKCC|OHSU|VUMC|MUSC|VAMC|LDS|MEEI|NWH|NEMC|JHH|HUP|HMC|SFGH|BMC|KUMC|UTMB|UTSW|UAB|UNC|UVA|UIHC|UNMC|VCU|WUSTL|CCF|FIH|HCA|AMCARE|BIDH",
);
export const KNOWN_COMPANIES = set(
  "walmart|costco|walgreens|cvs|fedex|ups|amazon|starbucks|mcdonald's|mcdonalds|boeing|verizon|comcast|microsoft|ibm|kaiser|fidelity|raytheon|honeywell|safeway|kroger|publix|wegmans|ikea|sears|kmart|macy's|macys|nordstrom|lowe's|lowes|chevron|exxon|exxonmobil|lockheed|caterpillar|citibank|jpmorgan|cisco|doordash|geico|aetna|cigna|humana|rite-aid|halliburton|dupont|chipotle|wendy's|wendys|applebee's|hilton|marriott|hyatt|tesla|uber|lyft|google|wegman's|aldi|petco|petsmart|frito-lay|northrop|grumman|haliburton|bechtel|fluor|accenture|deloitte|kpmg|citigroup|wachovia|wellpoint|davita|fresenius|labcorp|lincare|apria|rotech|bayada|amedisys|healthsouth|brookdale|manorcare|gentiva|vitas|concentra|walmart's|walgreen|walgreen's|arby's|arbys|chick-fil-a|panera|domino's|dominos|whataburger|ihop|denny's|dennys|olive-garden|7-eleven|sheetz|wawa|menards|cabela's|cabelas|xerox|motorola|nokia|monsanto|cargill|tyson|smithfield|hormel|harley|harley-davidson|statefarm|t-mobile|xfinity|petrochina|aramco|conoco|conocophillips|valero|schlumberger|amtrak|greyhound|jetblue|lufthansa|nasa|fema|usps|dhl|tesco|sainsbury's|sainsburys|asda|morrisons|waitrose|argos|accredo|invitae|genedx|sedgwick",
);
/** Names of two or more words that no tail gives away. */
export const KNOWN_INSTITUTION_PHRASES: ReadonlyMap<string, readonly string[]> = new Map([
  ["mayo", ["clinic", ""]],
  ["scripps", [""]],
  ["geisinger", [""]],
  ["intermountain", [""]],
  ["sentara", [""]],
  ["novant", [""]],
  ["ochsner", [""]],
  ["lahey", [""]],
  ["montefiore", [""]],
  ["northwell", [""]],
  ["harborview", [""]],
  ["eskenazi", [""]],
  ["sutter", ["health", ""]],
  ["medstar", [""]],
  ["wellspan", [""]],
  ["unitypoint", [""]],
  ["gundersen", [""]],
  ["froedtert", [""]],
  ["addenbrooke", [""]],
  ["wake", ["forest"]],
  ["henry", ["ford"]],
  ["lenox", ["hill"]],
  ["weill", ["cornell"]],
  ["city", ["of hope"]],
  ["stanford", [""]],
  ["dartmouth", ["hitchcock", ""]],
  ["umass", ["memorial", ""]],
  ["upenn", [""]],
  ["hackensack", ["meridian", ""]],
  ["oregon", ["health"]],
  ["st", ["jude's", "jude"]],
  ["cleveland", ["clinic"]],
  ["johns", ["hopkins"]],
  ["beth", ["israel deaconess", "israel"]],
  ["mass", ["general", "eye and ear"]],
  ["cedars", ["sinai"]],
  ["mount", ["sinai", "auburn"]],
  ["mt", ["sinai", "auburn"]],
  ["kaiser", ["permanente"]],
  ["home", ["depot"]],
  ["best", ["buy"]],
  ["burger", ["king"]],
  ["taco", ["bell"]],
  ["whole", ["foods"]],
  ["trader", ["joe's", "joes"]],
  ["wells", ["fargo"]],
  ["bank", ["of america"]],
  ["general", ["motors", "electric", "mills"]],
  ["rite", ["aid"]],
  ["dunkin", ["donuts"]],
  ["brigham", ["and women's", "and womens", "& women's", ""]],
  ["spaulding", ["rehab", ""]],
  ["dana", ["farber"]],
  ["quest", ["diagnostics"]],
  ["united", ["airlines", "states postal service"]],
  ["delta", ["airlines"]],
  ["southwest", ["airlines"]],
  ["ford", ["motor"]],
  ["sloan", ["kettering"]],
  ["md", ["anderson"]],
  ["department", ["of veterans affairs"]],
]);
