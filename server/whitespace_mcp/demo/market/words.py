"""Invented names: companies, people, insureds. None of them is meant to be anybody's."""

from typing import Final


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BROKERS: Final = (
    ("CALDERFINCH", "Calderfinch Partners"),
    ("WRENLOCK", "Wrenlock Broking"),
    ("OSTERMOOR", "Ostermoor & Hale"),
    ("PELLMARSH", "Pellmarsh"),
    ("THORNQUIST", "Thornquist"),
    ("VANDERMEADE", "Vandermeade"),
    ("LOMAXWELL", "Lomaxwell"),
    ("QUILLHAVEN", "Quillhaven Broking"),
    ("BRIGHTMERE", "Brightmere Re Brokers"),
    ("HEXWORTHY", "Hexworthy Placing"),
    ("ARDENBROOK", "Ardenbrook Wholesale"),
    ("KITTIWELL", "Kittiwell Marine Brokers"),
    ("MOSSGRAVE", "Mossgrave Aviation Broking"),
    ("TOLLERBY", "Tollerby & Finch"),
    ("SANDOVANE", "Sandovane  "),
)
CARRIERS: Final = (
    ("MARROWGATE", "Marrowgate Underwriting"),
    ("TIDEWELL", "Tidewell"),
    ("TIDEWELLRE", "Tidewell Re"),
    ("BRACKENHOLT", "Brackenholt Insurance"),
    ("BRACKENHALT", "Brackenhalt Insurance"),
    ("ALDERMOSS", "Aldermoss Syndicate 9214"),
    ("AMBERLOCK", "Amberlock Specialty"),
    ("BARROWMERE", "Barrowmere Syndicate 9031"),
    ("CASTELMOOR", "Castelmoor Insurance"),
    ("COPPERHYTHE", "Copperhythe Underwriting"),
    ("DUNMARROW", "Dunmarrow Syndicate 9377"),
    ("EASTVALE", "Eastvale Sound Insurance"),
    ("FENWHISTLE", "Fenwhistle Syndicate 9442"),
    ("GALLOWMERE", "Gallowmere Re"),
    ("GREYFATHOM", "Greyfathom Marine Syndicate 9108"),
    ("HOLLINSPIKE", "Hollinspike Specialty"),
    ("IVORHYTHE", "Ivorhythe Insurance"),
    ("JESSAMERE", "Jessamere Syndicate 9560"),
    ("KESTRELMOOR", "Kestrelmoor Aviation"),
    ("LARKENFIELD", "Larkenfield Mutual"),
    ("LINDENSHAW", "Lindenshaw Underwriting"),
    ("MERROWDOWN", "Merrowdown Syndicate 9683"),
    ("NETHERQUAY", "Netherquay Insurance"),
    ("ORCHARDINE", "Orchardine Specialty"),
    ("PENDLECREST", "Pendlecrest Syndicate 9719"),
    ("QUARRYMOSS", "Quarrymoss Re"),
    ("RAVENSGILL", "Ravensgill Underwriting"),
    ("SALTMEADOW", "Saltmeadow Syndicate 9805"),
    ("SILVERWICK", "Silverwick Insurance"),
    ("STONEPETREL", "Stonepetrel Energy Syndicate 9866"),
    ("TALLOWICK", "Tallowick Specialty"),
    ("UMBERLOW", "Umberlow Insurance"),
    ("VELMOOR", "Velmoor Cyber"),
    ("WAYFARROW", "Wayfarrow Syndicate 9927"),
    ("WESTERING", "Westering Sound Insurance"),
    ("YARROWFOLD", "Yarrowfold Underwriting"),
    ("ZEPHYRINE", "Zephyrine Aviation Insurance"),
    ("BORDERCAIRN", "Bordercairn Syndicate 9952"),
    ("HALEWORTHY", "Haleworthy Political Risks"),
    ("NORTHCLEAVE", "Northcleave Insurance"),
    ("SORRELBANK", "Sorrelbank Syndicate 9988"),
)
OFFLINE: Final = (
    ("OFFLINEHARROWBY", "Harrowby Mutual (off-platform)"),
    ("OFFLINECORVANTE", "Corvante Assurances (off-platform)"),
    ("OFFLINESTELLMARK", "Stellmark Versicherung (off-platform)"),
    ("OFFLINEDUNVEGAR", "Dunvegar Bermuda (off-platform)"),
)
FIRST_NAMES: Final = _listed(
    "Ada Alasdair Amara Anneke Arun Beatrix Benedikt Bronwen Callum Carmen Cedric Chiara Clement Dagny Deepa "
    "Dominic Edith Eleni Emrys Esme Farid Felicity Fergus Freya Gareth Ginevra Gwendolen Hamish Harriet Henrike "
    "Hugo Ingrid Isobel Ivor Jacinta Jasper Jolanta Kamila Kenji Lachlan Leonie Lorcan Lucinda Magnus Mairead "
    "Marcin Matilda Milo Nadia Nerys Niamh Octavia Oleander Orla Padraig Petra Philippa Quentin Rafe Renata Rhys "
    "Rowena Rupert Sanjay Saskia Seren Sigrid Solène Tamsin Thaddeus Tobias Ursula Vanessa Verity Wilfred Xanthe "
    "Yusuf Zoë"
)
LAST_NAMES: Final = _listed(
    "Abernook Ainsleigh Ashgrove Bellwick Birchalder Blackmere Brightwell Cairnsworth Calloway Cardwine Chalkley "
    "Coppersmithe Corrigall Crowhurst Dallimare Darkwater Dewberrow Dovecote Drumlanrick Eastwold Elderkin "
    "Fairlocke Farnholme Fennimore Fieldgate Garthwaite Gatherole Glenorchard Goldsworth Greenhalgh Hallowell "
    "Hartnoll Heatherwick Hollybrook Inglethorpe Jarrowby Kettlewick Kinloch-Vane Langstaffe Larkspur Lindqvist "
    "Lockerley Maplethwaite Merriwether Millgarth Moorcroft Nethersole Nightingrove Oakensham Overbeck Pemberwick "
    "Pilkerton Quartermane Ravenscar Rosewarne Rushbrooke Saltonstone Sandiforth Silverthorne Skelwith Stonehewer "
    "Summerhaye Tattersfield Thackerly Thistlewood Underhay Vaillancourt Wainscott Weatherall Whinfell Wickersham "
    "Wintermute Woolcombe Wraxall Yarborough Yelverton Zetterlund"
)

HOUSES: Final = _listed(
    "Acorn Alderney-Voss Amberlow Arkwold Aurelline Bayhollow Blackthorne-Mere Bluestemme Borealune Brannoch "
    "Calistane Cardamorrow Cinderpath Cobaltine Corvane Crestfall Dalgarth Driftwood Dunharrow Eastern-Lantern "
    "Eiderdown Elmstead Everlode Fairwater Falconhurst Farrowmoor Gannetrock Glasswing Goldenrod Granvik Greyling "
    "Halcyonis Harrowgate Hearthstone Helmsgard Hollowell Ironquill Jadestone Junipero Kaldvik Kestrel-Bay "
    "Kingfallow Lamplight Larchmont-Ives Limestone Longstrand Lowmarsh Maravel Meridiem Millrace Moonrakelle "
    "Mulberrow Narwhal Nordhavn Oakmoss Obsidia Orrenda-Vale Ospreyfield Palisandro Pelagione Pinecrest-Dale "
    "Quickalder Redfarrow Riverlode Rookwood Saffronel Sandbar Seacombe Selkirk-Moor Skerrymore Solvane Stellarsea "
    "Stormcrest Sundrift Tallgrass Tamarisk Tern-Island Thalweg Thornbury-Lane Torrentia Umbralis Valecrest "
    "Verdance Vesperine Wavecrest Whinmoor Wildrosen Windermarsh Yellowfarrow Zenithal"
)
FOREIGN_HOUSES: Final = (
    "Åsmark", "Compañía Alto del Sol", "Brévanne", "Grönhagen", "São Benedito", "Łąkowa", "Ægirsund", "Çağlayan",
    "O\N{RIGHT SINGLE QUOTATION MARK}Hallorane", "青嵐 (Seiran)",
)  # fmt: skip
