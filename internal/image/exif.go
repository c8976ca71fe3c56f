package image

import (
	"bytes"
	"encoding/binary"
)

// exifMark begins a JPEG's Exif, and that of some WebPs.
const exifMark = "Exif\x00\x00"

// orientationTag is the one tag that stays, of type SHORT.
const (
	orientationTag = 0x0112
	typeShort      = 3
)

// orientation reads how a picture is to be turned, 1 to 8, from the first directory of a TIFF; 1 when it
// does not say.
func orientation(tiff []byte) uint16 {
	tiff = bytes.TrimPrefix(tiff, []byte(exifMark))
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(tiff) < 8:
		return 1
	case string(tiff[:2]) == "MM":
		order = binary.BigEndian
	case string(tiff[:2]) != "II":
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == typeShort {
			if value := order.Uint16(entries[8:]); value >= 1 && value <= 8 {
				return value
			}
			break
		}
		entries = entries[12:]
	}
	return 1
}

// leastExif is a TIFF that says the orientation and nothing else: 26 bytes.
func leastExif(orientation uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00")
	tiff = binary.LittleEndian.AppendUint16(tiff, orientationTag)
	tiff = binary.LittleEndian.AppendUint16(tiff, typeShort)
	tiff = binary.LittleEndian.AppendUint32(tiff, 1)
	tiff = binary.LittleEndian.AppendUint32(tiff, uint32(orientation))
	return binary.LittleEndian.AppendUint32(tiff, 0)
}
