"""What members see and do: reeksen, programme, regie; and the scherm."""
