"""The look of the page: calm, dark on white, one column; tables fold on a narrow screen; paper gets no colours."""

STYLE = """
:root{--ink:#1d2433;--soft:#46505f;--line:#b9c0c9;--teal:#0b5d66}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:1rem;color:var(--ink);background:#fff;overflow-wrap:anywhere;
font:1.05rem/1.55 "Spean","Noto Sans Khmer","Khmer OS","Khmer UI","Noto Sans","Segoe UI",Arial,sans-serif}
:lang(km){line-height:1.8}:lang(en){line-height:1.55}
.skip{position:absolute;left:-999rem}.skip:focus{position:static}
a{color:var(--teal)}a:focus{outline:3px solid #a15c00;outline-offset:2px}
h1{font-size:1.9rem;line-height:1.3;margin:.2rem 0}h1:lang(km){line-height:1.6}
h2{font-size:1.45rem;margin:3rem 0 .5rem;border-bottom:2px solid var(--ink);padding-bottom:.3rem}
h3{font-size:1.15rem;margin:2.2rem 0 0}
h4{font-size:1rem;margin:1rem 0 .2rem;color:var(--teal)}
.kind,.version{margin:.2rem 0;color:var(--soft)}
.status{border:1px solid var(--ink);padding:.6rem .8rem;font-weight:700}
.status.draft{border:3px double var(--ink)}
code,.where{font-family:inherit;font-size:.78rem;color:var(--soft)}
p{margin:.35rem 0}.where{margin:0}
.numbered{padding-left:2.6rem;text-indent:-2.6rem}
.number{display:inline-block;min-width:2.6rem;text-indent:0}
ul{margin:.2rem 0 .6rem;padding-left:3.8rem}.reading ul{padding-left:1.4rem}li{margin:.15rem 0}
.contents,.contents ol{list-style:none;padding-left:0}.contents ol{padding-left:1.2rem}
.contents a{text-decoration:none}.contents a:hover{text-decoration:underline}
.contents>li{margin-top:.5rem;font-weight:700}.contents ol li{font-weight:400}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.92rem}
caption{text-align:left;font-weight:700;padding:.3rem 0}
th,td{overflow-wrap:break-word;border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:#eef2f3}
.blank td{height:4.2rem}
@media (max-width:42rem){
thead{position:absolute;left:-999rem}
tr{display:block;border:1px solid var(--ink);margin:.6rem 0}
td{display:block;border:0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td:before{content:attr(data-head);display:block;font-weight:700;font-size:.85rem}
.blank td{height:auto;min-height:3.4rem}
.numbered{padding-left:0;text-indent:0}.number{min-width:0}ul{padding-left:1.4rem}
}
@media print{
body{max-width:none;padding:0;font-size:10pt}a{color:inherit;text-decoration:none}.skip{display:none}
h2{break-before:page}h2,h3,h4{break-after:avoid}p,li,tr{break-inside:avoid}thead{display:table-header-group}
.status.draft{border-color:#000}
@page{size:A4;margin:20mm}
}
"""
