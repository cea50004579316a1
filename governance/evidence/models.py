"""The ledger: entries, their places in the tree, signed heads, and the payloads that may be erased."""

from typing import Any

from django.db import models
from django.db.models import Q

from governance.access.tenancy import TenantModel
from governance.evidence.statement import read_body, utc_text
from governance.trail.append_only import AppendOnly
from probanza import proofs


class Entry(AppendOnly, TenantModel):
    """One sealed statement. `body` is canonical JSON and is hashed as stored; the columns repeat it for look-ups."""

    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=64, blank=True)
    run_id = models.CharField(max_length=64, blank=True)
    body = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "evidence"
        indexes = (
            models.Index(fields=["organisation", "subject", "kind", "sealed_at"], name="entry_of_subject"),
            models.Index(fields=["organisation", "sealed_at", "id"], name="entry_by_time"),
            models.Index(fields=["organisation", "run_id"], name="entry_of_run", condition=~Q(run_id="")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def digest(self) -> str:
        """`sha256:` and the leaf hash: names this statement and its place-independent proof."""
        return f"sha256:{bytes(self.leaf_hash).hex()}"

    def statement(self) -> dict[str, Any]:
        """The sealed body as data: the envelope beside whatever the sealing room wrote."""
        return read_body(bytes(self.body))


class Leaf(AppendOnly, TenantModel):
    """An entry's place. `nodes` are the hashes of all perfect subtrees that this leaf completes, itself first."""

    seq = models.BigIntegerField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    nodes = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "seq"], name="leaf_has_its_own_place"),
            models.CheckConstraint(condition=Q(seq__gte=0), name="leaf_seq_from_zero"),
        )

    def __str__(self) -> str:
        return f"leaf {self.seq}"


class Head(AppendOnly, TenantModel):
    """A signed head over the first `size` leaves."""

    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=71, blank=True)
    key_id = models.CharField(max_length=100)
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "size"), name="one_head_a_size"),)

    def __str__(self) -> str:
        return f"head {self.size}"

    def signed(self) -> proofs.SignedHead:
        """What the signature covers."""
        return proofs.SignedHead(
            organisation=str(self.organisation_id),
            size=self.size,
            root=self.root,
            previous=self.previous,
            at=utc_text(self.at),
            key_id=self.key_id,
        )


class Waiting(TenantModel):
    """The sequencer's queue: an entry that has no leaf yet. It holds no truth; `verify` looks at the entries."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"waiting {self.entry_id}"


class Payload(TenantModel):
    """Words of people and of audited systems beside an entry: encrypted, with their salt, and erasable."""

    append_only_but = ("ciphertext", "erased_at", "erased_by", "erased_because")

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="payload")
    ciphertext = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_by = models.CharField(max_length=200, blank=True)
    erased_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ciphertext__isnull=False, erased_at__isnull=True)
                | Q(ciphertext__isnull=True, erased_at__isnull=False),
                name="payload_is_there_or_erased",
            ),
        )

    def __str__(self) -> str:
        return f"payload of {self.entry_id}"
