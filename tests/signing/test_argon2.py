from signing.argon2 import Cost, argon2id


def test_known_answer_with_pepper_and_context() -> None:
    # RFC 9106, section 5.3.
    cost = Cost(memory_kib=32, iterations=3, lanes=4)
    tag = argon2id(b"\x01" * 32, salt=b"\x02" * 16, cost=cost, pepper=b"\x03" * 8, context=b"\x04" * 12)
    assert tag.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
