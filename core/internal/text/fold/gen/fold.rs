// Prints what the engine's ASCII folding makes of every character it changes. ASCII_FOLDING names the engine's source file:
// sed "s|ASCII_FOLDING|$path|" fold.rs > f.rs && rustc -O f.rs && ./f | python3 tables.py > ../tables.go
#[path = "ASCII_FOLDING"]
mod ascii_folding;

fn main() {
    for c in (0..0x110000u32).filter_map(char::from_u32) {
        let folded = ascii_folding::fold_to_ascii(&c.to_string());
        if folded != c.to_string() {
            println!("{:x}\t{}", c as u32, folded);
        }
    }
}
