"""Short forms of given names: two names are nicknames of each other where they share a root.

A name may have several roots: Alex is Alexander or Alexandra, Chris four names.
"""

from collections.abc import Mapping
from typing import Final

_FORMS: Final = """
aaron: ron ronnie; abigail: abby abbie gail; abraham: abe bram; adam: ad addy; adelaide: addie della;
agnes: aggie nessa; aidan: aid; alan: al; albert: al bert bertie; alexander: alex al alec sandy xander lex sasha;
alexandra: alex lexi lexie sandra sandy sasha; alfred: alf alfie fred freddie; alice: ali allie; alison: ali allie;
amanda: mandy manda; amelia: amy millie mia; andrea: andie andy; andrew: andy drew; angela: angie ange;
ann: annie nan; anna: annie nan; annabel: anna bella belle; anthony: tony ant; antonia: toni; archibald: archie;
arthur: art artie; augusta: gussie; barbara: barb barbie babs; barnabas: barney; bartholomew: bart;
beatrice: bea trixie; benjamin: ben benny benji; bernard: bernie; bethany: beth; bradley: brad; bridget: biddy bridie;
caroline: carrie caz carol; cassandra: cass cassie; catherine: cath cathy kate katie kit kitty cat;
cecilia: cece celia; charles: charlie chas chuck; charlotte: charlie lottie lotte; christian: chris;
christina: chris chrissie tina; christine: chris chrissie tina; christopher: chris kit topher kester;
clementine: clem; clifford: cliff; cornelius: neil; cynthia: cindy; daniel: dan danny; danielle: dani danni;
david: dave davy dai davey; deborah: deb debbie debs; dennis: den denny; diana: di; dominic: dom nic;
donald: don donnie; dorothy: dot dotty dolly; douglas: doug; edmund: ed eddie ted; edward: ed eddie ted ned teddy;
eleanor: ellie nell nora ella; elizabeth: liz lizzie beth betty eliza libby lisa elsie bess betsy;
emily: em emmy millie; emma: em emmy; eric: rick; ernest: ernie; esther: essie; eugene: gene; evelyn: eve evie;
ezekiel: zeke; florence: flo flossie florrie; frances: fran frankie francie; francis: frank frankie fran;
frederick: fred freddie freddy rick; gabriel: gabe; gabrielle: gaby gabby; gareth: gary gaz; geoffrey: geoff jeff;
george: georgie; georgina: georgie gina; gerald: gerry jerry; gerard: gerry; gillian: gill jill; grace: gracie;
gregory: greg; gwendolyn: gwen; harold: harry hal; harriet: hattie harry; harrison: harry; helen: nell nellie;
henrietta: etta hetty harry; henry: harry hal hank; herbert: bert herb; howard: howie; hugh: hughie; ian: iain;
imogen: immy; isaac: ike zac zak; isabel: izzy bella belle isa; isabella: izzy bella belle; isobel: izzy bel;
jacob: jake; jacqueline: jackie jacqui; james: jim jimmy jamie jem; jane: janie jenny; janet: jan; jasmine: jas jaz;
jeffrey: jeff; jennifer: jen jenny jenna; jeremiah: jerry jem; jeremy: jerry jez; jessica: jess jessie;
joanna: jo joey; joanne: jo; john: jack johnny jon; jonathan: jon jonny; joseph: joe joey; josephine: jo josie;
joshua: josh; joyce: joy; judith: judy jude; julia: jules julie; julian: jules; katharine: kate katie kath kathy kit;
katherine: kate katie kath kathy kit kitty; kathleen: kath kathy kate; kenneth: ken kenny; kimberley: kim;
kristina: kris tina; laurence: larry laurie; lawrence: larry laurie; leonard: len lenny leo; leslie: les;
lewis: lew lou; lillian: lily lil; louis: lou louie; louisa: lou; louise: lou; lucinda: lucy cindy; madeleine: maddy;
madison: maddie maddy; magdalena: lena magda; malcolm: mal; marcus: marc mark; margaret: maggie meg peggy rita greta;
maria: mia ria; marianne: mari; martha: marty mattie; martin: marty; mary: molly polly may; matilda: tilly mattie;
matthew: matt matty; maurice: mo; maximilian: max; megan: meg; melanie: mel; melissa: mel missy; michael: mike mick
mickey micky; michelle: shelly chelle; miriam: mim; mohammad: mo mohammed muhammad mohamed; mohammed: mo muhammad
mohamed mohamad; monica: mon; nancy: nan; natalia: nat talia; natalie: nat; nathan: nat nate; nathaniel: nat nate
nathan; nicholas: nick nicky nico klaus; nicola: nicky nic; nicole: nicky nic; nigel: nige; nikita: nikki; noel: noelle;
oliver: olly ollie; olivia: liv livvy olly; oscar: ossie; pamela: pam; patricia: pat patsy trish tricia;
patrick: pat paddy rick; paul: pauly; penelope: penny; peter: pete; philip: phil pip; phillip: phil pip;
philippa: pip pippa; phoebe: pheebs; rachel: rach rae; randolph: randy; raymond: ray; rebecca: becky bex becca;
reginald: reg reggie; richard: rick dick richie ricky rich; robert: bob bobby rob robbie bert; roberta: bobbie;
robin: rob; roderick: rod; rodney: rod; roger: rodge; ronald: ron ronnie; rosalind: roz rosie; rosemary: rosie rose;
roxanne: roxy; rupert: rupe; russell: russ; ruth: ruthie; samantha: sam sammy; samuel: sam sammy; sandra: sandy;
sarah: sally sadie; sebastian: seb bas; sharon: shaz; sheila: shelagh; sidney: sid; simon: si; solomon: sol;
sophia: sophie; sophie: soph; stanley: stan; stephanie: steph stevie; stephen: steve stevie ste; steven: steve stevie;
stuart: stu stew; susan: sue susie; susannah: sue susie anna; suzanne: sue suzie; sylvia: syl; tabitha: tabby;
tamsin: tam; teresa: terry tess tessa; terence: terry; thaddeus: thad; theodora: thea dora; theodore: ted theo teddy;
theresa: terry tess; thomas: tom tommy; timothy: tim timmy; tobias: toby; tracey: trace; valerie: val; vanessa: ness;
veronica: ronnie vera; victor: vic; victoria: vicky tori vic; vincent: vince vinny; virginia: ginny; vivian: viv;
walter: wally walt; wilfred: wilf fred; wilhelmina: mina billie; william: will bill billy willy liam; winifred: win
winnie freda; zachary: zac zach zak; zoe: zo
"""


def _roots() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in " ".join(_FORMS.split()).split(";"):
        root, _, short = line.partition(":")
        for name in (root, *short.split()):
            found.setdefault(name.strip(), set()).add(root.strip())
    return {name: frozenset(roots) for name, roots in found.items()}


ROOTS: Final = _roots()
"""For each name that is a short form or has one: the names that it may stand for."""


def nicknames(one: str, other: str) -> bool:
    """Tell whether two names in N2 share a root: the one may be a short form of the other."""
    return not ROOTS.get(one, frozenset()).isdisjoint(ROOTS.get(other, frozenset()))
