"""The look of a drawing: dark lines on white, so that it can be printed in black; light tints only help."""

STYLE = """
text{font-family:Spean,"Noto Sans Khmer","Khmer OS","Khmer UI","Noto Sans","Segoe UI",Arial,sans-serif;fill:#1d2433}
text.soft{fill:#3f4859}text.number{fill:#0b5d66}
rect.page{fill:#fff}
rect.band{fill:#f6f8f9;stroke:#8b95a3;stroke-width:1.2}
rect.any{fill:#fff;stroke:#0b5d66;stroke-width:1;stroke-dasharray:1 3;stroke-linecap:round}
rect.step{fill:#fff;stroke:#1d2433;stroke-width:1.2}
rect.first{fill:#fff;stroke:#1d2433;stroke-width:3}
rect.final{fill:#eceff2;stroke:#1d2433;stroke-width:1.2}
rect.success{fill:#e3f3e8;stroke:#1d2433;stroke-width:1.2}
rect.inner{fill:none;stroke:#1d2433;stroke-width:1}
rect.limit{fill:#fffbea;stroke:#1d2433;stroke-width:1}
rect.proposed{fill:#fffbea;stroke:#1d2433;stroke-width:1;stroke-dasharray:4 3}
rect.dot{fill:#3f4859}
path.rule{stroke:#aab2bd;stroke-width:1;fill:none}
path.icon{stroke:#1d2433;stroke-width:1.3;fill:none}
path.head{fill:#3f4859}path.main-head{fill:#1d2433}
polyline{fill:none;stroke:#3f4859;stroke-width:1.3;stroke-linecap:square}
polyline.main{stroke:#1d2433;stroke-width:3.5;stroke-linecap:butt}
polyline.back{stroke-dasharray:6 3;stroke-linecap:butt}
"""
