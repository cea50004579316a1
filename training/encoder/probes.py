"""Sentences on which the export measures what quantisation changes: English and Spanish, short and long."""

PROBES = (
    "The warranty covers parts and labour for two years.",
    "La garantía cubre piezas y mano de obra durante dos años.",
    "Returns are accepted within 30 days of delivery.",
    "Refunds take between five and seven working days.",
    "The depot in Rotterdam opened in March 2019 and employs 140 people.",
    "El almacén de Sevilla cerró en 2021 por obras.",
    "Route planning cut fuel use by 12.5 % in the first quarter.",
    "La planificación de rutas redujo el consumo un 12,5 % en el primer trimestre.",
    "Who signed the agreement?",
    "¿Cuándo entra en vigor el contrato?",
    "Dr Amelia Ford leads the research group on battery safety.",
    "The invoice number is 2024-0117 and the total is 1,240.50 euros.",
    "Customers may write to the help desk at any hour.",
    "No refund is given for opened software.",
    "The moon orbits the Earth in about 27 days.",
    "Paris is the capital of France.",
    "Water boils at a lower temperature at high altitude.",
    "Backups are kept for ninety days and then erased.",
    "An administrator can invite members and revoke tokens.",
    (
        "The committee meets on the first Tuesday of each month, reviews open incidents, approves changes to the policy, "
        "hears the officers' reports on training, access and suppliers, and publishes its minutes within two weeks; urgent "
        "matters may be decided by a vote in writing, provided that at least five of the seven members take part and that "
        "the decision is confirmed at the next meeting."
    ),
    "Yes.",
    "Monday to Friday, 08:00 to 16:00.",
    "Delivery costs 4,95 € below an order value of 50 €.",
    "The model card lists the data, the licence and the known limits.",
)
