"""Names that invented people are given: common ones first, so that a register has its Smiths and its rarities."""

MALE = 0
FEMALE = 1


def _listed(text: str, divider: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(divider))


GIVEN = (
    _listed("""
    Oliver George Muhammad Noah Jack Harry Leo Arthur Oscar Charlie Jacob Thomas Freddie Alfie Theo William Archie
    Joshua Alexander James Isaac Edward Lucas Tommy Henry Mohammed Max Ethan Logan Mason Samuel Joseph Daniel Adam
    Finley Benjamin Sebastian Harrison Teddy Dylan Elijah Toby Zachary Reuben Luca Jude Louis Albie Hugo Jaxon Ryan
    Matthew Callum Connor Luke Nathan Liam Kyle Jordan Aaron Cameron Lewis Owen Jamie Rhys Bradley Kieran Reece
    Brandon Tyler Curtis Ashley Declan Joel Aidan Elliot Dominic Christopher Michael David Andrew Robert Peter Stephen
    Mark Paul Simon Richard Anthony Ian Kevin Gareth Stuart Craig Darren Neil Martin Patrick Sean Scott Marcus Nicholas
    Jonathan Philip Timothy Gregory Russell Graham Ibrahim Yusuf Ahmed Ali Hassan Hamza Omar Bilal Zain Imran Amir
    Rayyan Arjun Rohan Aarav Vihaan Krishna Nikhil Sanjay Harpreet Gurdeep Jaspal Kwame Kofi Tunde Emeka Chidi
    Olumide Tariq Jamal Malik Jerome Dwayne Leon Jakub Filip Kacper Mateusz Piotr Andrei Stefan Marek Tomasz Viktor
    Wei Jun Hao Minh Kenji Rafael Diego Mateo Antonio Marco Giorgio Emmanuel Samson Ezra Gideon Silas Caleb Rory
    Angus Fergus Ewan Hamish Dafydd Evan Gethin Iestyn Tomos Osian Alun Conor Eoin Cormac Barnaby Rupert Jasper
    Felix Giles Hector Monty Ralph Stanley Albert Ronnie Frankie Bobby Vincent Wilfred Rufus Quentin
    """),
    _listed("""
    Olivia Amelia Isla Ava Mia Ivy Lily Isabella Rosie Sophia Grace Freya Willow Florence Emily Ella Poppy Evie Elsie
    Charlotte Evelyn Sofia Phoebe Daisy Alice Sienna Harper Matilda Ruby Emilia Maya Millie Isabelle Eva Luna Jessica
    Ada Aria Arabella Maisie Esme Eliza Penelope Bonnie Chloe Mila Violet Hallie Scarlett Layla Imogen Eleanor Molly
    Robyn Erin Holly Lola Amber Megan Bethany Lauren Georgia Hannah Katie Lucy Abigail Sophie Rebecca Rachel Sarah
    Laura Emma Leah Paige Jade Shannon Courtney Chelsea Natasha Danielle Samantha Victoria Elizabeth Catherine
    Katherine Alexandra Gemma Claire Kelly Nicola Michelle Louise Helen Joanne Tracey Karen Susan Julie Amanda Alison
    Jennifer Stephanie Hayley Kirsty Stacey Naomi Ruth Miriam Esther Tabitha Harriet Beatrice Clara Martha Edith Mabel
    Aisha Fatima Maryam Zainab Khadija Amina Hafsa Safa Iqra Sana Noor Yasmin Leila Priya Anjali Kavya Ananya Riya
    Neha Pooja Simran Jasleen Manpreet Navneet Amara Adaeze Chiamaka Folake Ngozi Abena Akua Esi Efua Zuri Tanisha
    Shanice Keisha Zuzanna Julia Maja Hanna Aleksandra Oliwia Natalia Wiktoria Elena Ioana Mirela Xin Mei Ling Yuki
    Linh Thuy Camila Valentina Lucia Gabriela Chiara Francesca Bianca Carys Cerys Ffion Bronwen Nia Seren Mali Elin
    Megan-Rose Lily-Mae Anne-Marie Ella-Rose Mary-Jane Aoife Niamh Ciara Orla Saoirse Caitlin Morag Eilidh Catriona
    Jemima Cordelia Ottilie Clementine Hermione Persephone Verity Constance Winifred Dorothy Peggy Nancy Margot
    """),
)

ACCENTED_GIVEN = (
    _listed("José André François Siôn Jérôme Tomás Björn René Iñigo Seán Luís Jürgen Mátyás João Çağan Étienne"),
    _listed("Zoë Siân Chloé Renée Éilis Noëlle Andréa Mái Inés Léa Zoé Åsa Beyoncé Gráinne Róisín Héloïse"),
)

ACCENTED_FAMILY = _listed("Müller García Nuñez Gonçalves Fernández Kovács Jiménez Håkansson Ibáñez Pérez Dvořák Şahin")

SPACED_FAMILY = _listed("Van Dyke,De Silva,St John,Al Rashid,Le Roux,Da Costa,Van den Berg,El Amrani", ",")

FAMILY = _listed("""
    Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts
    Green Hall Thomas Clarke Jackson Wood Harris Edwards Turner Martin Cooper Hill Ward Hughes Moore Clark King Khan
    Harrison Lewis Baker Lee Allen Morris Scott Watson Davis Parker James Bennett Young Phillips Richardson Mitchell
    Bailey Carter Cook Singh Shaw Bell Collins Morgan Kelly Begum Miller Cox Hussain Marshall Simpson Price Anderson
    Adams Wilkinson Foster Ellis Murphy Chapman Mason Gray Richards Webb Rogers Hunt Mills Palmer Lloyd Holmes Barnes
    O'Brien O'Connor O'Neill O'Sullivan O'Donnell
    Knight Matthews Powell Fletcher Butler Russell Barker Stevens Jenkins Fisher Ahmed Pearson Dixon Harvey Graham
    Howard Andrews Elliott Reynolds Ford Payne Fox Ryan Ross Lawrence Walsh Newman Brooks Burton West Akhtar
    Ali Day Atkinson Dawson Francis Perry Lane Cole Gibson Spencer Stone Bradley Kennedy Burns Hamilton Barrett Grant
    Sutton Walters Hudson Wells Woods Reid Armstrong Gordon Berry Carr Page Nicholson Wallace Stewart Robertson
    Campbell Douglas Murray Ferguson Cunningham Duncan Crawford Sinclair Fraser Henderson Hayes Hawkins Porter Curtis
    Gregory Watts Lawson Riley Warren Woodward Chambers Sharp Field Jordan Hopkins Bishop Weaver Osborne Potter Read
    Bird Poole Gilbert Rose Carpenter Bates Gardner Cross Lowe Barber Bull Norman Tucker Dean Parsons Austin Franklin
    Burgess Bond Wheeler Goodwin Nash Steele Moss Coleman Marsh Booth Briggs Hewitt Slater Cooke Sanders Jennings
    Kirk Short Little Long Frost Winter Summers Snow Rowe Tyler Miles Bryant Hobbs Stephens Skinner Pritchard Pugh
    Rees Griffiths Bowen Vaughan Howells Meredith Probert Llewellyn Gwynne Maddocks Bevan Parry Beynon Prosser Owen
    Humphreys Davidson Bailes Entwistle Ramsbottom Sykes Sugden Ackroyd Barraclough Hargreaves Greenhalgh Higginbottom
    Ollerenshaw Shuttleworth Crabtree Lightfoot Thistlethwaite Braithwaite Postlethwaite Satterthwaite Micklethwaite
    Trevithick Penrose Trelawney Pascoe Tregear Nancarrow Polkinghorne Chenoweth Pengelly Bolitho Carne Rosewarne
    Rahman Chowdhury Miah Islam Uddin Malik Iqbal Mahmood Hussein Shah Mirza Qureshi Siddiqui Butt Chaudhry Rashid
    Kaur Gill Sandhu Dhillon Grewal Bains Sidhu Johal Virdee Sharma Gupta Mehta Shah-Hussain Desai Joshi Parmar Mistry
    Chauhan Solanki Naidu Reddy Iyer Menon Pillai Nair Fernando Perera Silva Jayawardena Wijesinghe Rajan Sivakumar
    Thapa Gurung Rai Limbu Tamang Adeyemi Okafor Okonkwo Adebayo Afolabi Balogun Eze Nwosu Obi Ogunleye Oyelaran
    Mensah Owusu Boateng Asante Appiah Osei Amoah Ofori Agyeman Kamara Sesay Koroma Conteh Bangura Banda Phiri Moyo
    Ncube Dube Sibanda Mutasa Chikwanda Otieno Wanjiku Kamau Mwangi Kariuki Abdi Warsame Farah Mohamud Yusuf Hersi
    Tesfaye Haile Bekele Gebre Kowalski Nowak Wojcik Kaminski Lewandowski Zielinski Szymanski Dabrowski Mazur Krawczyk
    Popescu Ionescu Dumitru Stoica Radu Marin Petrov Ivanov Dimitrov Georgiev Horvath Szabo Nagy Toth Novak Svoboda
    Kazlauskas Petrauskas Berzins Ozols Tamm Kask Shehu Hoxha Krasniqi Gashi Yilmaz Demir Kaya Celik Arslan Georgiou
    Papadopoulos Ioannou Christou Rossi Russo Ferrari Esposito Bianchi Romano Greco Santos Pereira Costa Almeida
    Ferreira Oliveira Rodrigues Sousa Gomez Lopez Torres Ramirez Vargas Mendoza Castillo Cruz Reyes Bautista Ramos
    Wong Chan Cheung Lau Leung Ho Ng Yip Tsang Kwok Li Wang Zhang Chen Liu Yang Huang Zhao Zhou Lin Nguyen Tran Pham
    Le Vu Hoang Dang Do Kim Park Choi Tanaka Suzuki Sato Watanabe Yamamoto O'Leary
    O'Reilly O'Keeffe D'Souza D'Angelo N'Diaye Byrne Doyle Gallagher Doherty Kavanagh Quinn Nolan
    Brennan Maguire Flanagan Sweeney Rafferty Docherty McDonald McCarthy McKenzie McLaughlin McGrath McCann McDermott
    MacLeod MacDonald Mackay Buchanan Drummond Kerr Lindsay Maxwell Ogilvie Sutherland Urquhart Abbott Aldridge
    Appleby Ashworth Attwood Bagshaw Bamford Bartlett Baxter Beaumont Beckett Bentley Birch Blackburn Blackwell Blythe
    Bolton Bostock Bowler Bradshaw Bramley Brightwell Bristow Broadbent Buckley Bullock Burrows Cartwright Chadwick
    Clayton Clifford Cobb Cockburn Cotton Coulson Crane Crossley Croft Dalton Darby Denton Dickinson Dobson Dyer Eaton
    Eccles Emery Fairbrother Farrow Fenwick Fielding Finch Fowler Galloway Garner Garside Gibbons Goddard Godfrey
    Goodall Greaves Greenwood Hancock Hardcastle Hardy Haslam Heath Hirst Hodgson Holden Holloway Horsfall Houghton
    Howarth Hurst Ibbotson Ingham Jarvis Jessop Kay Kemp Kershaw Kitchen Lamb Langley Leach Ledger Lister Lockwood
    Longbottom Lumley Mallinson Metcalfe Midgley Milner Naylor Nuttall Oldfield Ormerod Outhwaite Overton Peacock
    Pickering Pilkington Platt Preston Proctor Quigley Radcliffe Rawlings Redfern Rigby Rowland Royle Rushworth Sagar
    Schofield Seddon Shelton Spooner Stanton Stubbs Swift Tattersall Tempest Thorpe Threlfall Tomlinson Turnbull
    Unsworth Varley Vickers Wadsworth Wainwright Walmsley Wardle Waterhouse Whitaker Whitehead Whitworth Widdop
    Wolstenholme Worthington Wragg Yardley Yates
""")

PREFERRED = {
    "Alexander": "Alex",
    "Alexandra": "Lexi",
    "Andrew": "Andy",
    "Anthony": "Tony",
    "Benjamin": "Ben",
    "Catherine": "Kate",
    "Charlotte": "Lottie",
    "Christopher": "Chris",
    "Daniel": "Danny",
    "David": "Dave",
    "Edward": "Ted",
    "Eleanor": "Nell",
    "Elizabeth": "Beth",
    "Emily": "Millie",
    "Gabriela": "Gabi",
    "Isabella": "Bella",
    "James": "Jim",
    "Jennifer": "Jenny",
    "Jonathan": "Jonny",
    "Joshua": "Josh",
    "Katherine": "Kit",
    "Matthew": "Matt",
    "Michael": "Mike",
    "Mohammed": "Mo",
    "Muhammad": "Mo",
    "Nicholas": "Nick",
    "Olivia": "Liv",
    "Rebecca": "Becky",
    "Robert": "Bob",
    "Samantha": "Sam",
    "Samuel": "Sam",
    "Stephanie": "Steph",
    "Thomas": "Tom",
    "Victoria": "Vicky",
    "William": "Bill",
    "Zachary": "Zac",
}

POSTCODE_AREAS = _listed("""
    AL B BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GL GU HA HD HG HP
    HR HU HX IG IP KT L LA LD LE LL LN LS LU M ME MK N NE NG NN NP NR NW OL OX PE PL PO PR RG RH RM S SA SE SG SK SL
    SM SN SO SP SR SS ST SW SY TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO
""")
